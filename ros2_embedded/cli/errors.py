"""CommandError, an error of the user that needs no traceback."""


class CommandError(Exception):
    """Command that cannot be done; its text says why and what to do."""
