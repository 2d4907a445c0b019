"""Settings from dataclasses: one frozen dataclass a section, its fields the keys.

A field's metadata may say `unit`, `why`, and the bounds `low` and `high`
(`fusion.parameters.parameter` makes such fields). A section is checked by a
pydantic model made from the dataclass, so that a number has one home: to add
a setting is to add a field. A field may be a dataclass again, or a mapping of
names to one: a table within the table. Nothing here knows which sections exist.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from types import GenericAlias
from typing import Annotated, Any, TypeVar, cast, get_args, get_origin, get_type_hints

import pydantic

from headland.errors import Problem, SettingsError

Kind = TypeVar("Kind")


def section_model(kind: type[Any]) -> type[pydantic.BaseModel]:
    """The pydantic model of a section: the dataclass's fields with their bounds, and no others."""
    hints = get_type_hints(kind)
    declared: dict[str, Any] = {name: _checked(each, hints[name]) for name, each in keys(kind).items()}
    config = pydantic.ConfigDict(extra="forbid", allow_inf_nan=False)
    return pydantic.create_model(kind.__name__, __config__=config, **declared)


def build_section(kind: type[Kind], table: Mapping[str, Any], where: str) -> Kind:
    """Make a section from a table of its keys; keys left out keep their defaults.

    Raises:
        SettingsError: an unknown key, a value of another type or outside its bounds; says `where`.
    """
    try:
        return of_model(kind, section_model(kind).model_validate(dict(table)))
    except pydantic.ValidationError as error:
        raise SettingsError(
            Problem(where, ".".join(path), reason)
            for path, reason in reasons(error, lambda path: keys_at(kind, path))
        ) from error


def of_model(kind: type[Kind], model: pydantic.BaseModel) -> Kind:
    """The dataclass that a checked model stands for."""
    hints = get_type_hints(kind)
    return kind(**{name: _meant(hints[name], getattr(model, name)) for name in type(model).model_fields})


def keys(kind: type[Any]) -> dict[str, Field[Any]]:
    """The keys of a section: its dataclass's fields by name."""
    return {each.name: each for each in fields(kind)}


def keys_at(kind: type[Any], path: tuple[str, ...]) -> dict[str, Field[Any]]:
    """The keys that could stand where a path ends that begins in this section."""
    at: Any = kind
    for name in path[:-1]:
        at = get_type_hints(at).get(name) if is_dataclass(at) else named_table(at)
    return keys(cast("type[Any]", at)) if is_dataclass(at) else {}


def named_table(hint: Any) -> type[Any] | None:
    """The dataclass of each table, where a field is a mapping of names to tables."""
    inner: Any = get_args(hint)[1] if get_origin(hint) is Mapping else None
    return cast("type[Any]", inner) if is_dataclass(inner) else None


def reasons(
    error: pydantic.ValidationError, names: Callable[[tuple[str, ...]], Mapping[str, Any]]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each complaint as the path of its key and a sentence.

    Args:
        error: what pydantic found.
        names: gives what could have stood where a path ends, by name.
    """
    for each in error.errors(include_url=False):
        path = tuple(map(str, each["loc"]))
        known = names(path)
        if each["type"] == "extra_forbidden":
            yield path, f"unknown key{did_you_mean(path[-1], known)}"
        elif each["type"] == "missing":
            yield path, "must be given"
        elif isinstance(key := known.get(path[-1]), Field):
            given = "this" if key.metadata.get("secret") else repr(each["input"])
            yield path, f"{given} is not possible: {_expected(key, each['msg'])}"
        else:
            yield path, each["msg"]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The nearest known word as a question, or the known words where none is near."""
    names = sorted(known)
    near = difflib.get_close_matches(word, names, 1)
    if near:
        return f"; did you mean {near[0]}?"
    return f"; known: {', '.join(names)}" if names else ""


def bounds(each: Field[Any]) -> str:
    """The range of a field in words, with its unit; empty where it has none."""
    low, high, unit = (each.metadata.get(name) for name in ("low", "high", "unit"))
    if low is None or high is None:
        return ""
    return f"{low:g} to {high:g} {unit or ''}".rstrip()


def default_of(each: Field[Any]) -> Any:
    """The default of a field, made where it must be made."""
    if each.default is MISSING and each.default_factory is not MISSING:
        return each.default_factory()
    return each.default


def _checked(each: Field[Any], hint: Any) -> tuple[Any, Any]:
    """A pydantic field with the bounds of a dataclass field."""
    marks: list[Any] = [
        pydantic.Field(ge=each.metadata.get("low"), le=each.metadata.get("high")),
        # Pydantic reads true as 1.0; in a settings file it is a mistake.
        pydantic.BeforeValidator(_no_switch),
    ]
    if hint not in (int, float):
        marks, hint = [], _modelled(hint)
    default = ... if each.default is MISSING and each.default_factory is MISSING else default_of(each)
    return (Annotated[cast("Any", hint), *marks] if marks else hint), default


def _modelled(hint: Any) -> Any:
    """The type that pydantic checks: for a table within the table, a model of it."""
    if is_dataclass(hint):
        return section_model(cast("type[Any]", hint))
    inner = named_table(hint)
    return GenericAlias(dict, (str, section_model(inner))) if inner else hint


def _meant(hint: Any, value: Any) -> Any:
    """A checked value with its models turned into what they stand for."""
    if isinstance(value, pydantic.BaseModel):
        return of_model(hint, value)
    inner = named_table(hint)
    return {name: of_model(inner, each) for name, each in value.items()} if inner else value


def _no_switch(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("a number is expected")  # noqa: TRY004  pydantic turns only ValueError into a complaint
    return value


def _expected(each: Field[Any], message: str) -> str:
    limits = bounds(each)
    if not limits:
        return message[:1].lower() + message[1:]
    return f"{limits}; the default is {default_of(each):g}"
