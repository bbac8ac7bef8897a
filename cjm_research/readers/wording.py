"""What the headings of survey columns say, in Russian and English: patterns for the proposed column map."""

from __future__ import annotations

import re

__all__ = [
    "ATTRIBUTES",
    "CONSENT",
    "IGNORED",
    "OTHER",
    "RATING",
    "RESPONDENT",
    "REVIEW_TEXT",
    "SCALES_BY_WORDING",
    "SEVERAL",
    "STAGES",
    "STARS",
    "TICKET",
    "TICKET_TEXT",
    "TIME",
    "first_match",
]


def _re(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


# Columns that survey tools add, and names of people.
IGNORED = _re(
    r"\bip\b|ip.?address|latitude|longitude|_nps_group$| - group$",
    r"^(status|progress|duration.*|finished|distribution ?channel|user ?language|external.*reference)$",
    r"^(recipient.*|collector ?id|custom data.*|network id|referr?er( url)?|(first|last|full)? ?name|username)$",
    r"^(имя( пользователя)?|фамилия|фио|ваше имя|автор|author|reviewer( ?name)?|user ?name|assignee|исполнитель)$",
    r"^(last ?page|start ?language|seed|total ?time|group ?time.*|user ?agent|session ?id)$",
    r"^(contact ?id|tags|legacy comments|language|язык)$",
    r"^(response type|последняя страница|начальный язык)$",
)
RESPONDENT = _re(
    r"^(response|respondent|record|participant|user|customer|client) ?_?id$|^id$|^#$|^token$|^code ?name$",
    r"^id (ответа|респондента|участника|клиента)$|^код (участника|респондента|клиента)$",
    r"^(ticket|case|review) ?_?(id|#)$|^(номер|id) (обращения|заявки|тикета|отзыва)$",
)
TIME = _re(
    r"отметка времени|^timestamp$|(start|end|recorded|submit\w*|completed|created) ?(date|time|at|on)|^дата|^время",
    r"^date|^time \w|^(submit|date|start)(date|stamp)$|^(created|opened|posted|published|создан\w*|опубликован\w*)$",
)
CONSENT = _re(
    r"\bconsent|\bi agree\b|agree to (participate|take part|the (use|processing|recording|storage))",
    r"privacy (policy|notice)",
    r"соглас\w+\b.{0,40}(обработ|персональн|участ|запис|услови)|(обработ\w+|использовани\w+) (моих )?персональн",
)
# Headings of reviews and of tickets: what is written, the rating, and what only tickets have.
REVIEW_TEXT = _re(
    r"^(review|review ?(text|body|content)|text|body|content|comments?|pros|cons|title|review ?title|summary)$",
    r"^(отзыв|текст( отзыва)?|комментари[йи]|достоинства|недостатки|плюсы|минусы|заголовок( отзыва)?)$",
)
STARS = _re(
    r"^((star|review|overall|user)? ?(rating|stars?|score)|(общая )?(оценка|рейтинг)|зв[её]зд(ы|очки)?|баллы?)$"
)
TICKET = _re(
    r"^(ticket|case|issue|request) ?_?(id|#|number|no\.?)$|^(priority|ticket ?status|resolution|channel)$",
    r"^(номер|id|№) ?(обращения|заявки|тикета)$|^(приоритет|статус (обращения|заявки)|канал обращения)$",
)
TICKET_TEXT = _re(
    r"^(subject|description|body|message|(first|customer)? ?(message|comment)|details|text|problem)$",
    r"^(тема|описание( проблемы)?|сообщение|текст( обращения| заявки)?|проблема)$",
    r"^(суть( обращения)?|комментарий( клиента)?)$",
)
SEVERAL = _re(
    r"можно несколько|нескольк\w+ (вариант|ответ)|все подходящ|all that apply|select all|check all|choose all"
)
OTHER = _re(r"\bother\b|write.?in|please specify|другое|другой|сво[йё] вариант|иное|проч(ее|ие)|sonstige")
RATING = _re(r"оцените|оценк|\brate\b|rating|on a scale|по шкале")
# Names of scales; like all tables here, the first that fits wins.
SCALES_BY_WORDING = (
    ("nps", _re(r"recommend|порекоменд|посовет|\bnps\b|how likely|вероятн")),
    ("ces", _re(r"\beffort|усили|\bces\b|how (easy|difficult)|насколько (легко|просто|сложно)")),
    ("csat", _re(r"satisf|удовлетвор|доволен|довольны|\bcsat\b")),
)
# Canonical names of what is asked about the person.
ATTRIBUTES = (
    ("children", _re(r"дет(и|ей|ьми)\b|реб[её]н|child|\bkids\b")),
    ("device", _re(r"устройств|\bdevices?\b|смартфон|чем вы .*пользуетесь|\bplatform\b|платформ")),
    ("age", _re(r"возраст|сколько вам лет|\bage\b|how old")),
    ("sex", _re(r"\bпол\b|\bgender\b|\bsex\b")),
    ("place", _re(r"город|регион|стран[аы]\b|где вы жив|населённ|\bcity\b|\btown\b|\bregion\b|\bcountry\b")),
    ("role", _re(r"\bроль\b|должност|\brole\b|job title|position\b")),
    (
        "work",
        _re(r"\bработ[аы]\b|професси|кем вы работаете|сфер[аы] деятельности|occupation|profession|industry|\bjob\b"),
    ),
    ("income", _re(r"доход|зарплат|\bincome\b|salary")),
    ("education", _re(r"образовани|education")),
    ("team_size", _re(r"team size|how many people|company size|размер (команды|компании)|сколько человек")),
)
# Which stage of the journey a question asks about.
STAGES = (
    ("awareness", _re(r"узнали|услышали|наткнулись|h(ear|eard) (of|about)|f(i|ou)nd out about|come across|learn of")),
    ("recommendation", _re(r"порекоменд|посовет|recommend|why (that|this|did you give that) score")),
    ("review", _re(r"отзыв(?!чив)|\breviews?\b|рейтинг в")),
    (
        "repeat_purchase",
        _re(r"продл|повторн|снова|ещё раз|еще раз|вернул|ушли|уйти", r"renew|again|\bcome back|\bleave\b|cancel"),
    ),
    (
        "support",
        _re(
            r"поддержк|служб\w+ заботы|обращались",
            r"(our|customer|technical|the|with) support\b|support (team|staff)|help ?desk|contact(ed)? us",
        ),
    ),
    (
        "consideration",
        _re(
            r"сравн|искали|смотрели|выясняли|сомнени", r"compar|alternativ|look(ed|ing)? (for|into)|other options|doubt"
        ),
    ),
    (
        "purchase",
        _re(
            r"оплат|оформ|при заказе|заказывал|бронир",
            r"sign(ed|ing)? ?up|\bpay|checkout|\border(ed|ing)?\b|purchas|\bbuy",
        ),
    ),
    ("decision", _re(r"убедил|выбра|выбор|решили|решени|cho(o)?se|choice|convinc|decid|made you")),
    (
        "use",
        _re(
            r"нрав|улучш|сложност|пользу|использ|неудоб|достав",
            r"improve|\buse\b|\busing\b|\blike\b|hardest|getting started|problem|difficult",
        ),
    ),
)


def first_match(table: tuple[tuple[str, re.Pattern[str]], ...], text: str) -> str:
    """Name of the first pattern of a table that is found in the text, else empty."""
    return next((name for name, pattern in table if pattern.search(text)), "")
