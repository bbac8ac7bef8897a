"""Turn interviews and surveys into customer journey maps with evidence."""

__version__ = "0.1.0"
