# pyright: reportUnusedClass=false, reportUntypedBaseClass=false
from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, TypedDict

import attrs
import pytest

from skysyn import (
    ACL,
    JSON,
    Asset,
    Field,
    GeoJSON,
    Location,
    ReadOnly,
    Record,
    RecordID,
    Ref,
    Sequence,
    Unknown,
    field,
    readonly,
)
from skysyn.errors import ConversionError, DeclarationError
from skysyn.models import Reference

from . import left, right, unquoted

if TYPE_CHECKING:
    from collections.abc import Callable


class Person(Record):
    name: Field[str]


class Colour(Enum):
    RED = "red"


class Step(TypedDict):
    what: str


@attrs.define
class Settings:
    dark: bool = False


def make(annotation: object, value: object = attrs.NOTHING, name: str = "spot") -> Any:
    """Declare `class Task(Record)` with one field, as its class statement would."""
    body: dict[str, Any] = {"__annotations__": {name: annotation}}
    body["__module__"] = __name__
    if value is not attrs.NOTHING:
        body[name] = value
    return type("Task", (Record,), body)


@pytest.mark.parametrize(
    "annotation",
    [
        object,
        set[str],
        bytes,
        complex,
        tuple[int, int],
        dict[int, str],
        list[datetime],
        list[Location],
        dict[str, Asset],
        list["Ref[Person]"],
        Person,
    ],
    ids=str,
)
def test_a_type_no_field_can_hold_is_refused(annotation: Any) -> None:
    with pytest.raises(DeclarationError, match=r"Task\.spot: .*Fields hold str"):
        make(Field[annotation])


def test_typed_values_in_lists_are_refused_with_the_reason() -> None:
    with pytest.raises(DeclarationError, match=r"only plain JSON.* field of its own"):
        make(Field[list[datetime]])


@pytest.mark.parametrize(
    "annotation",
    [
        str,
        int,
        float,
        bool,
        datetime,
        list[str],
        list[Any],
        list[list[int]],
        list[Step],
        list[Settings],
        dict[str, JSON],
        list,
        dict,
        JSON,
        Any,
        Ref[Person],
        Location,
        GeoJSON,
        Asset,
        int | Sequence,
        Unknown,
        ACL,
        Colour,
        Step,
        Settings,
        int | str,
        RecordID,
    ],
    ids=str,
)
def test_every_other_type_is_accepted_also_with_none(annotation: Any) -> None:
    plain = make(Field[annotation])
    optional = make(Field[annotation | None])

    assert plain.__sky_fields__["spot"].spec.python is not None
    assert optional.__sky_fields__["spot"].spec.nullable


def test_two_fields_of_one_wire_name_are_refused() -> None:
    message = r"Task\.second: the wire name 'first' is already Task\.first; give one"
    with pytest.raises(DeclarationError, match=message):

        class Task(Record):
            first: Field[str]
            second: Field[str] = field(wire="first")


def test_a_wire_name_of_an_inherited_field_is_refused() -> None:
    class Base(Record, abstract=True):
        first: Field[str]

    with pytest.raises(DeclarationError, match=r"Task\.second: .* Task\.first"):

        class Task(Base):
            second: Field[str] = field(wire="first")


@pytest.mark.parametrize(
    ("wire", "annotation"),
    [
        ("id", str),
        ("ID", int),
        ("data", list[str]),
        ("Data", JSON),
        ("transient", bool),
        ("createdAt", str),
        ("CREATEDAT", float),
        ("updatedAt", Colour),
        ("acl", dict[str, str]),
        ("ACL", list[str]),
        ("ownerID", int),
        ("creatorid", dict[str, str]),
        ("updaterID", bool),
        ("databaseId", list[str]),
    ],
)
def test_names_that_fail_whole_requests_are_refused(wire: str, annotation: Any) -> None:
    with pytest.raises(DeclarationError, match=rf"Task\.spot: .*{wire}.*field\(wire="):
        make(Field[annotation], field(wire=wire))


@pytest.mark.parametrize(
    ("wire", "annotation"),
    [
        ("data", dict[str, JSON]),
        ("Data", dict[str, int] | None),
        ("createdAt", datetime),
        ("updatedAt", Ref[Person]),
        ("transient", Location),
        ("id", Step),
        ("data", Settings),
        ("ownerID", str),
        ("creatorID", str | None),
        ("updaterid", Colour),
        ("created_at", datetime),
        ("CreatedBy", str),
        ("owner_id", str),
    ],
)
def test_those_names_are_allowed_for_values_of_the_right_shape(
    wire: str, annotation: Any
) -> None:
    model = make(Field[annotation], field(wire=wire))

    assert model.__sky_fields__["spot"].wire == wire


@pytest.mark.parametrize("wire", ["_hidden", "a.b", "", "_"])
def test_names_that_the_server_does_not_store_are_refused(wire: str) -> None:
    with pytest.raises(DeclarationError, match=r"Task\.spot: .*use field\(wire=…\)"):
        make(Field[str], field(wire=wire))


def test_a_name_with_an_underscore_in_front_is_refused() -> None:
    with pytest.raises(DeclarationError, match=r"Task\._spot: .*use field\(wire=…\)"):
        make(Field[str], field(wire="spot"), name="_spot")


def test_an_annotation_without_field_is_refused() -> None:
    with pytest.raises(DeclarationError, match=r"Task\.spot: .*`spot: Field\[str\]`"):
        make(str)


@pytest.mark.parametrize("annotation", [Field, ReadOnly])
def test_a_field_of_nothing_is_refused(annotation: Any) -> None:
    with pytest.raises(DeclarationError, match=r"Task\.spot: say what the field holds"):
        make(annotation)


@pytest.mark.parametrize("target", [str, Settings])
def test_a_reference_to_what_is_no_model_is_refused(target: Any) -> None:
    with pytest.raises(DeclarationError, match=r"Task\.spot: .*Ref leads to a model"):
        make(Field[Ref[target]])


def test_class_variables_are_no_fields() -> None:
    class Task(Record):
        limit: ClassVar[int] = 3
        title: Field[str]

    assert Task.limit == 3
    assert "limit" not in Task.__sky_fields__


@pytest.mark.parametrize("default", ["x", None, 3, [], str.upper, property(len)])
def test_a_bare_default_is_refused(default: object) -> None:
    with pytest.raises(DeclarationError, match=r"Task\.spot: write `= field\(default="):
        make(Field[str | None], default)


def test_a_default_without_annotation_is_refused() -> None:
    body = {"title": field(default="x"), "__module__": __name__}

    with pytest.raises(DeclarationError, match=r"Task\.title: annotate it"):
        type("Task", (Record,), body)


@pytest.mark.parametrize("value", ["x", None, property(len)])
def test_a_class_attribute_over_an_inherited_field_is_refused(value: object) -> None:
    body = {"name": value, "__module__": __name__}

    with pytest.raises(DeclarationError, match=r"Worker\.name: .*hides the field"):
        type("Worker", (Person,), body)


@pytest.mark.parametrize("default", [[], {}, set[str](), Settings()])
def test_a_mutable_default_is_refused(default: object) -> None:
    with pytest.raises(
        DeclarationError, match=r"Task\.spot: .*shared: use field\(factory="
    ):
        make(Field[list[str]], field(default=default))


def test_a_default_together_with_a_factory_is_refused() -> None:
    both: Callable[..., Any] = field

    with pytest.raises(DeclarationError, match=r"Task\.spot: .*factory, not both"):
        make(Field[int], both(default=1, factory=int))


def test_a_default_that_is_no_value_of_the_field_is_refused() -> None:
    message = r"Task\.spot: the default .*None is no value of str; declare it `\| None`"
    with pytest.raises(DeclarationError, match=message):
        make(Field[str], field(default=None))


def test_a_default_of_a_field_that_only_the_service_sets_is_refused() -> None:
    with pytest.raises(DeclarationError, match=r"Task\.spot: .*no default"):
        make(ReadOnly[int], field(default=3))


@pytest.mark.parametrize("name", ["save", "query", "extra", "changes", "id_", "ref"])
def test_a_field_named_like_a_method_is_refused(name: str) -> None:
    if name == "id_":
        assert make(Field[str], name=name).__sky_fields__[name].wire == name
        return

    with pytest.raises(DeclarationError, match=rf"Task\.{name}: .*name the field"):
        make(Field[str], name=name)


@pytest.mark.parametrize("name", ["created_at", "owner_id", "acl", "updated_by", "id"])
def test_a_field_named_like_one_of_every_record_is_refused(name: str) -> None:
    with pytest.raises(DeclarationError, match=rf"Task\.{name}: .*every record"):
        make(Field[datetime], name=name)


@pytest.mark.parametrize("name", ["", "_note", "a/b", 5])
def test_a_bad_record_type_is_refused(name: Any) -> None:
    with pytest.raises(DeclarationError, match=r"Task: .* is no record type"):

        class Task(Record, type=name):
            title: Field[str]


@pytest.mark.parametrize(
    ("name", "record_type"),
    [
        ("Task", "task"),
        ("HTTPLog", "http_log"),
        ("PhotoAlbum2", "photo_album2"),
        ("ÄnderungsLog", "änderungs_log"),
    ],
)
def test_the_record_type_is_the_class_name_in_snake_case(
    name: str, record_type: str
) -> None:
    model: Any = type(name, (Record,), {"__module__": __name__})

    assert model.__collection__ == record_type


def test_another_record_type_is_named_by_type() -> None:
    class Task(Record, type="todo"):
        title: Field[str]

    assert Task.__collection__ == "todo"
    assert str(Task(title="x").with_id("k").id) == "todo/k"


def test_a_misspelt_type_is_refused_when_the_class_is_made() -> None:
    with pytest.raises(DeclarationError, match=r"Task\.spot: .*'Strin'.*import"):
        make("Field[Strin]")


def test_a_misspelt_field_is_named() -> None:
    with pytest.raises(DeclarationError, match=r"Task\.spot: .*'Feild' is not known"):
        make("Feild[str]")


def test_an_annotation_that_is_no_expression_is_refused() -> None:
    with pytest.raises(DeclarationError, match=r"Task\.spot: cannot read .*'Field\['"):
        make("Field[")


def test_fields_of_a_base_that_is_no_record_are_refused() -> None:
    class Stamped:
        stamp: Field[str]

    with pytest.raises(DeclarationError, match=r"Stamped.*abstract=True"):

        class Task(Stamped, Record):
            title: Field[str]


def test_inherited_fields_come_before_own_ones() -> None:
    class Worker(Person):
        salary: Field[int]

    assert list(Worker.__sky_fields__)[-2:] == ["name", "salary"]
    assert Worker(name="Ann", salary=3).changes == {
        "acl": None,
        "name": "Ann",
        "salary": 3,
    }
    assert Worker.__collection__ == "worker"


def test_a_subclass_may_declare_a_field_anew() -> None:
    class Worker(Person):
        name: Field[str] = field(default="nobody")

    assert Worker().name == "nobody"


def test_several_abstract_bases_give_their_fields() -> None:
    class Named(Record, abstract=True):
        name: Field[str]

    class Placed(Record, abstract=True):
        place: Field[Location | None] = field(default=None)

    class Shop(Named, Placed):
        open: Field[bool] = field(default=True)

    shop = Shop(name="x", place=Location(1, 2))

    assert (shop.name, shop.place, shop.open) == ("x", Location(1, 2), True)
    assert set(Shop.__sky_fields__) - set(Record.__sky_fields__) == {
        "name",
        "place",
        "open",
    }


def test_bases_that_share_one_are_resolved_as_python_does() -> None:
    class Base(Record, abstract=True):
        name: Field[str | None] = field(default="base")

    class Left(Base, abstract=True):
        pass

    class Right(Base, abstract=True):
        name: Field[str | None] = field(default="right", wire="right_name")

    class Both(Left, Right):
        pass

    assert Both().name == "right"
    assert Both.__sky_fields__["name"].wire == "right_name"


def test_a_model_needs_no_fields_of_its_own() -> None:
    class Empty(Record):
        pass

    assert Empty().changes == {"acl": None}


def test_references_lead_within_a_module_also_to_later_classes() -> None:
    boss = left.Author(name="Ann", mentor=left.Author(name="Bea"))

    assert boss.changes["mentor"] == boss.mentor
    assert left.Author.__sky_fields__["mentor"].spec.target() is left.Author


def test_references_lead_to_a_module_that_refers_back() -> None:
    assert left.Author.__sky_fields__["best"].spec.target() is right.Book
    assert right.Book.__sky_fields__["author"].spec.target() is left.Author


def test_quoted_references_work_without_postponed_annotations() -> None:
    assert unquoted.Leaf.__sky_fields__["tree"].spec.target() is unquoted.Tree
    assert unquoted.Tree.__sky_fields__["best"].spec.target() is unquoted.Leaf


def test_references_lead_to_classes_of_the_same_function() -> None:
    class Early(Record):
        other: Field[Ref[Person]]

    class Person(Record):
        early: Field[Ref[Early]]

    assert Early.__sky_fields__["other"].spec.target() is Person
    assert Person.__sky_fields__["early"].spec.target() is Early


def test_classes_of_one_name_in_two_functions_are_told_apart() -> None:
    def declare() -> tuple[type[Record], type[Record]]:
        class Early(Record):
            other: Field[Ref[Late]]

        class Late(Record):
            pass

        return Early, Late

    early, late = declare()

    def hide() -> type[Record]:
        class Late(Record):
            pass

        return Late

    assert hide() is not late
    assert early.__sky_fields__["other"].spec.target() is late


def test_a_name_that_several_modules_declare_is_refused() -> None:
    def declared(module: str) -> type[Record]:
        return type("Twin", (Record,), {"__module__": module})

    class Owner(Record):
        twin: Field[Ref[Twin]]  # type: ignore[name-defined]  # noqa: F821  # pyright: ignore[reportUndefinedVariable]

    kept = [declared("here.one"), declared("here.two")]

    with pytest.raises(
        DeclarationError, match=r"several times \(here\.one, here\.two\)"
    ):
        Owner.__sky_fields__["twin"].spec.target()
    assert len(kept) == 2


def test_the_model_of_the_nearest_package_is_meant() -> None:
    def declared(name: str, module: str) -> type[Record]:
        body = {"__module__": module, "__annotations__": {"twin": "Field[Ref[Near]]"}}
        return type(
            name, (Record,), body if name == "Owner" else {"__module__": module}
        )

    near, far = declared("Near", "app.users.people"), declared("Near", "other.people")

    owner = declared("Owner", "app.users.tasks")

    assert owner.__sky_fields__["twin"].spec.target() is near
    assert far is not near


def test_types_of_the_class_body_are_known() -> None:
    class Task(Record):
        class Mood(Enum):
            GOOD = "good"

        mood: Field[Mood]

    assert Task(mood=Task.Mood.GOOD).changes["mood"] is Task.Mood.GOOD


def test_a_model_that_is_nowhere_is_named_at_the_first_use() -> None:
    Task = make("Field[Ref[Nowhere]]", name="owner")  # noqa: N806  # a class

    with pytest.raises(DeclarationError, match=r"Task refers to 'Nowhere'.*import the"):
        Task.__sky_fields__["owner"].spec.target()


def test_a_wire_name_is_what_travels() -> None:
    class Task(Record):
        title: Field[str] = field(wire="taskTitle")

    assert str(Task.title) == "<StrExpr Task.taskTitle>"
    assert Task.__sky_fields__["title"].wire == "taskTitle"


def test_validators_run_when_an_object_is_made() -> None:
    class Task(Record):
        n: Field[int] = field(validator=attrs.validators.ge(0))

    with pytest.raises(ValueError, match=r"'n' must be >= 0: -1"):
        Task(n=-1)


def test_validators_run_before_a_save() -> None:
    class Task(Record):
        n: Field[int] = field(validator=attrs.validators.ge(0))

    task = Task(n=1)
    task.n = -1

    with pytest.raises(ValueError, match=r"'n' must be >= 0: -1"):
        task.changes


def test_values_of_a_wrong_type_are_named_before_a_save() -> None:
    task = make(Field[int])(spot="3")

    with pytest.raises(ConversionError, match=r"Task\.spot: '3' is str, not int"):
        task.changes


def test_json_that_holds_itself_is_named_before_a_save() -> None:
    table: dict[str, JSON] = {}
    table["self"] = table
    task = make(Field[dict[str, JSON]])(spot=table)

    with pytest.raises(ConversionError, match=r"Task\.spot: dict at \$ holds itself"):
        task.changes


@pytest.mark.parametrize(("lng", "lat"), [("1", 2), (1, None), (181, 0), (0, -91)])
def test_places_that_are_not_on_the_earth_are_named_before_a_save(
    lng: Any, lat: Any
) -> None:
    task = make(Field[Location])(spot=Location(lng, lat))

    with pytest.raises(ConversionError, match=r"Task\.spot: .*not on the earth"):
        task.changes


def test_the_type_of_each_value_is_told_to_attrs() -> None:
    class Task(Record):
        mentor: Field[Ref[Person] | None] = field(default=None)
        views: ReadOnly[int] = readonly()

    types = {a.name: a.type for a in attrs.fields(Task)}

    assert (types["mentor"], types["views"]) == (Ref[Person] | None, int)
    assert isinstance(Task(mentor=Person.ref("k")).mentor, Reference)
