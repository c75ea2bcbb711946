"""What was tried for each field of a page: which rule found it, and why those before it didn't."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Tried:
    """A rule that was asked for a field. `value` is None when it found none; `why` says why."""

    field: str
    rule: str
    value: str | None
    why: str = ""


@dataclass(slots=True)
class Trail:
    """All that was tried on one page, in order, the rules that were believed, and what is worth a warning."""

    tried: list[Tried] = field(default_factory=list)
    rules: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def found(self, name: str, rule: str, value: str) -> None:
        """Note the rule that gives a field its value."""
        self.tried.append(Tried(name, rule, value))
        self.rules[name] = rule

    def failed(self, name: str, rule: str, why: str) -> None:
        """Note a rule that gives nothing."""
        self.tried.append(Tried(name, rule, None, why))
