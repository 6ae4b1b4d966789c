"""How to tell it: answers, pages, figures, the command line. Each module is opened when it is first used."""

__all__: list[str] = []
