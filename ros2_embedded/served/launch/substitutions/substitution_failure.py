"""SubstitutionFailure, raised when a substitution has no text."""


class SubstitutionFailure(RuntimeError):  # noqa: N818 (name of the public API)
    """Substitution that cannot be performed."""
