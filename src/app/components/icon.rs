//! Line icons, drawn on a 24 by 24 grid with a 1.5 px stroke. Always beside words, so hidden from assistive technology.

use leptos::prelude::*;

/// What an icon shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    /// A tick.
    Check,
    /// A tick in a circle: good.
    Good,
    /// An exclamation mark in a triangle.
    Alert,
    /// An "i" in a circle.
    Info,
    /// A cross in a circle: bad.
    Bad,
    /// A cross.
    Cross,
    /// A plus.
    Plus,
    /// A chevron down.
    Down,
    /// A chevron to the end.
    Right,
    /// An arrow back.
    Left,
    /// A calendar leaf.
    Calendar,
    /// A clock.
    Clock,
    /// A padlock.
    Lock,
    /// A bank card.
    Card,
    /// A price tag.
    Tag,
    /// One person.
    Person,
    /// Several people.
    People,
    /// A magnifying glass.
    Search,
    /// A door with an arrow out.
    Leave,
    /// A question mark in a circle.
    Help,
    /// A globe.
    Globe,
    /// A flask: test mode.
    Flask,
    /// A receipt.
    Receipt,
    /// Bars of a chart.
    Chart,
    /// A house.
    Home,
    /// Sliders.
    Settings,
    /// An arrow into a tray.
    Download,
    /// A camera: the room.
    Video,
    /// A list.
    List,
    /// Two buildings.
    Building,
    /// A printer.
    Print,
    /// A pencil.
    Edit,
    /// Two arrows in a circle.
    Again,
    /// A bank.
    Bank,
}

impl Glyph {
    const fn path(self) -> &'static str {
        match self {
            Self::Check => "m5 12.5 4.5 4.5L19 7",
            Self::Good => "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0ZM8 12.3l2.8 2.7L16 9.5",
            Self::Alert => "M12 9v4.5M12 17h.01M10.3 4 2.6 17.5A2 2 0 0 0 4.3 20.5h15.4a2 2 0 0 0 1.7-3L13.7 4a2 2 0 0 0-3.4 0Z",
            Self::Info => "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0ZM12 11v5.5M12 7.8h.01",
            Self::Bad => "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0ZM9 9l6 6M15 9l-6 6",
            Self::Cross => "M6 6l12 12M18 6 6 18",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Down => "m6 9.5 6 6 6-6",
            Self::Right => "m9 6 6 6-6 6",
            Self::Left => "M19 12H5M11 6l-6 6 6 6",
            Self::Calendar => "M5 5h14a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2ZM3 10h18M8 3v4M16 3v4",
            Self::Clock => "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0ZM12 7v5.2l3.4 2",
            Self::Lock => "M6 11h12a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2v-6a2 2 0 0 1 2-2ZM8 11V7.5a4 4 0 0 1 8 0V11",
            Self::Card => "M4 5h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2ZM2 10h20M6 15h4",
            Self::Tag => {
                "M3 4.5A1.5 1.5 0 0 1 4.5 3h7.3a2 2 0 0 1 1.4.6l7.2 7.2a2 2 0 0 1 0 2.8l-6.8 6.8a2 2 0 0 1-2.8 0l-7.2-7.2a2 2 0 0 1-.6-1.4ZM8 8h.01"
            }
            Self::Person => "M16 7.5a4 4 0 1 1-8 0 4 4 0 0 1 8 0ZM4.5 21a7.5 7.5 0 0 1 15 0",
            Self::People => "M13 7.5a4 4 0 1 1-8 0 4 4 0 0 1 8 0ZM2 21a7 7 0 0 1 14 0M16 3.8a4 4 0 0 1 0 7.4M18.5 14.8A7 7 0 0 1 22 21",
            Self::Search => "M18 11a7 7 0 1 1-14 0 7 7 0 0 1 14 0ZM16 16l5 5",
            Self::Leave => "M10 4H6a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h4M15 16l4-4-4-4M19 12H9",
            Self::Help => "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0ZM9.3 9.3a2.8 2.8 0 0 1 5.4 1c0 1.8-2.7 2.3-2.7 3.7M12 17h.01",
            Self::Globe => "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0ZM3 12h18M12 3c5 5.4 5 12.6 0 18M12 3c-5 5.4-5 12.6 0 18",
            Self::Flask => "M9 3h6M10 3v6L4.8 18.2A1.9 1.9 0 0 0 6.5 21h11a1.9 1.9 0 0 0 1.7-2.8L14 9V3M7.5 15h9",
            Self::Receipt => {
                "M5 3v18l2.3-1.5L9.7 21l2.3-1.5 2.3 1.5 2.4-1.5L19 21V3l-2.3 1.5L14.3 3 12 4.5 9.7 3 7.3 4.5ZM9 9.5h6M9 13.5h6"
            }
            Self::Chart => "M4 20h16M7 16v-4M12 16V7M17 16v-6",
            Self::Home => "M4 11 12 4l8 7v7.5a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 18.5ZM10 20v-6h4v6",
            Self::Settings => "M4 7h8M18 7h2M4 17h2M12 17h8M17 7a2 2 0 1 1-4 0 2 2 0 0 1 4 0ZM11 17a2 2 0 1 1-4 0 2 2 0 0 1 4 0Z",
            Self::Download => "M12 4v11M7.5 10.5 12 15l4.5-4.5M4 20h16",
            Self::Video => "M4 6h10a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2ZM16 10.5l5-3v9l-5-3",
            Self::List => "M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01",
            Self::Building => "M4 21V5a2 2 0 0 1 2-2h6a2 2 0 0 1 2 2v16M14 9h4a2 2 0 0 1 2 2v10M2.5 21h19M8 7.5h2M8 12h2M8 16.5h2",
            Self::Print => "M7 8V3h10v5M7 17H5a2 2 0 0 1-2-2v-5a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2h-2M7 14h10v7H7Z",
            Self::Edit => "m4 20 .8-4L16.2 4.6a2 2 0 0 1 2.8 0l.4.4a2 2 0 0 1 0 2.8L8 19.2ZM14 7l3 3",
            Self::Again => "M20 11a8 8 0 0 0-14.3-4.3L4 8.5M4 4v4.5h4.5M4 13a8 8 0 0 0 14.3 4.3l1.7-1.8M20 20v-4.5h-4.5",
            Self::Bank => "M3 10 12 4l9 6ZM5 10v8M10 10v8M14 10v8M19 10v8M3 20.5h18",
        }
    }
}

/// A line icon in the colour of the text around it.
#[component]
pub fn Icon(
    /// What it shows.
    icon: Glyph,
    /// 2.5rem instead of the text's size.
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    view! {
        <svg class=if large { "icon icon--large" } else { "icon" } viewBox="0 0 24 24" aria-hidden="true">
            <path d=icon.path()></path>
        </svg>
    }
}
