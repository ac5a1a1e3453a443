"""How large a machine must be, reckoned from measured costs. Knows no web and no pixels."""
