//! Schemas of values that [`super::rows`] reads leniently: more than one type is taken. Nothing here is ever made.

use utoipa::ToSchema;
use utoipa::openapi::schema::{
    AllOfBuilder, AnyOfBuilder, ArrayBuilder, ObjectBuilder, OneOfBuilder, SchemaFormat, SchemaType, Type,
};
use utoipa::openapi::{KnownFormat, Ref, RefOr, Schema};

use super::ROWS_MAX;

/// Describe a type by one of the functions below.
macro_rules! described {
    ($($(#[doc = $about:literal])+ $name:ident: $schema:expr;)+) => {$(
        $(#[doc = $about])+
        #[derive(Debug)]
        pub(super) struct $name;

        impl utoipa::PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let about = concat!($($about, "\n"),+).trim();
                $schema(about)
            }
        }

        impl ToSchema for $name {}
    )+};
}

described! {
    /// Text; a number is taken as its digits.
    TextOrNumber: |about| several([Type::String, Type::Number], about);
    /// Text, whole number, true or false; null takes back what was said.
    AnswerGiven: |about| several([Type::String, Type::Integer, Type::Boolean, Type::Null], about);
    /// A number, or a text that holds one.
    NumberOrText: |about| several([Type::Number, Type::String], about);
    /// `I` to `IV`, `Ⅰ` to `Ⅳ`, or 1 to 4, as text or number.
    GradeGiven: grade;
    /// RFC 3339, or milliseconds since 1970 as a number or text.
    MomentGiven: moment;
    /// The words of `place` without coordinates may stand for it.
    PlaceGiven: |about| one_of([Ref::from_schema_name("PlaceRow").into(), plain(Type::String)], about);
    /// One report, or an array of at most 20,000.
    ReportsBody: |about| one_or_many("ReportRow", about);
    /// One call, or an array of at most 20,000.
    CallsBody: |about| one_or_many("CallRow", about);
    /// A report with who called and what becomes of it.
    CallRow: |about| both("ReportRow", "CallPart", about);
    /// One position, or an array of at most 20,000.
    PositionsBody: |about| one_or_many("PositionRow", about);
    /// One sensor, or an array of at most 20,000.
    SensorsBody: |about| one_or_many("SensorGiven", about);
    /// One reading, or an array of at most 100,000.
    ReadingsBody: readings;
}

fn plain(of: Type) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(of).into()
}

fn several<const N: usize>(types: [Type; N], about: &str) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(SchemaType::from_iter(types)).description(Some(about)).into()
}

fn one_of<const N: usize>(schemas: [RefOr<Schema>; N], about: &str) -> RefOr<Schema> {
    let all = schemas.into_iter().fold(OneOfBuilder::new(), OneOfBuilder::item);
    all.description(Some(about)).into()
}

fn one_or_many(row: &str, about: &str) -> RefOr<Schema> {
    let row = || Ref::from_schema_name(row);
    let many = ArrayBuilder::new().items(row()).max_items(Some(ROWS_MAX));
    one_of([row().into(), RefOr::from(many)], about)
}

fn readings(about: &str) -> RefOr<Schema> {
    let row = || Ref::from_schema_name("ReadingGiven");
    let many = ArrayBuilder::new().items(row()).max_items(Some(crate::feeds::readings::ROWS_MAX));
    one_of([row().into(), RefOr::from(many)], about)
}

fn both(one: &str, other: &str, about: &str) -> RefOr<Schema> {
    let all = AllOfBuilder::new().item(Ref::from_schema_name(one)).item(Ref::from_schema_name(other));
    all.description(Some(about)).into()
}

fn grade(about: &str) -> RefOr<Schema> {
    let words = ["I", "II", "III", "IV", "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "1", "2", "3", "4"];
    let word = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words));
    let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(4));
    one_of([word.into(), number.into()], about)
}

fn moment(about: &str) -> RefOr<Schema> {
    let written =
        ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)));
    let millis = |of: Type| ObjectBuilder::new().schema_type(of).description(Some("Milliseconds since 1970."));
    let digits = millis(Type::String).pattern(Some("^-?[0-9]+$"));
    let all = AnyOfBuilder::new().item(written).item(digits).item(millis(Type::Integer));
    all.description(Some(about)).into()
}
