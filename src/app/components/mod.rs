//! What pages are made of. `use crate::app::components::*;` brings all of it.
//!
//! # A page
//! ```text
//! view! {
//!     <Page title=texts::host::title(lang) width=Width::Wide state="held">      // <main id="main" data-state="held">, <title>
//!         <PageHeading text="My sessions" lead="…"/>                            // the one <h1>, focused after navigation
//!         <ErrorSummary labels=vec![("fee", "Fee")]/>                    // from the post's state; nothing when all is well
//!         …
//!     </Page>
//! }
//! ```
//! Pages with a rail (host, admin, division, manager) wrap it: `<RailLayout label=… links=vec![RailLink{…}]><Page …/></RailLayout>`.
//! Data: `<Loaded data=resource view=move |page: T| view! { … }.into_any()/>` shows a skeleton after 150 ms, then the view, or the
//! error as a page with its HTTP status. Routes render with `SsrMode::Async`, so all of it is in the first HTML.
//!
//! # A form
//! ```text
//! <PostForm action="/host/sessions/new">                                        // plain POST, novalidate, one press only
//!     <Section title="What" hint="…">
//!         <Field name="topic" label="Topic" hint="…" value=page.topic maxlength=120/>
//!         <Field name="fee" label="Fee" after="EUR" inputmode="decimal" size=Size::Medium bind=fee/>
//!         <TextArea name="description" label="Description" need=Need::Optional/>
//!         <Select name="audio" label="Audio" options=vec![Choice::new("none", "None")] value="none"/>
//!         <RadioGroup name="listing" legend="Listed" options=…/>   <Checkbox name="require_registration" label="…" checked=true/>
//!     </Section>
//!     <SubmitButton name="action" value="start">"Start"</SubmitButton>
//!     <SubmitButton look=Look::Quiet name="action" value="schedule">"Schedule"</SubmitButton>
//! </PostForm>
//! ```
//! - Fields take what was typed and what is wrong with it from `use_form_state()` by their name: pass neither.
//! - `bind=RwSignal<String>` mirrors the typed value (also what was typed before hydration); setting it writes the input.
//! - `check=|text: String| -> Option<Problem>` runs on leaving the field and, while it is wrong, on typing.
//! - `before=Callback` on `PostForm` runs first when hydrated; `event.prevent_default()` there keeps the form from being sent.
//! - Input ids are `f-{name}`, so error summaries and labels find them.
//!
//! # The rest
//! `Notice tone=Tone::Warn title="…"`, `RefusalNotice`, `Chip tone label`, `StatusChip status`, `Money amount field="total"`
//! (text is only the amount and currency), `LedgerLine label amount field kind`, inside `<dl class="ledger">`, `DataTable caption`,
//! `Empty sentence` with an action as child, `Steps`, `Icon icon=Glyph::Check`, `LinkButton href`, `Stat label figure href`,
//! `Disclosure label open`, `Skeleton`. Announce with `announce("…")`: one polite live region serves all pages.
//!
//! # Style
//! Classes for arrangement: `stack` (`--tight`, `--loose`), `cluster`, `between`, `columns` (fields side by side), `beside` with
//! `beside__side` (form and sticky card), `card`, `facts` (a dl), `ledger`, `table` in `DataTable` (`num` for figures, `row-link`),
//! `toolbar`, `pager`, `stats`, `prose`, `quiet`, `small`, `tiny`, `end`, `visually-hidden`, `no-print`. Tokens are custom
//! properties (`--space-1…8`, `--text-xs…3xl`, `--accent`, `--line`, …) in `style/tokens.css`. Host and admin pages put what is
//! missing into `style/pages/host.css` and `style/pages/admin.css`. The CSP allows no `style=""` and no inline handlers.
//! Plain `<a>` is routed in the browser; links to files, other handlers and `/lang/…` need `rel="external"`.

mod announcer;
mod button;
mod choices;
mod disclosure;
mod empty;
mod error_summary;
mod field;
mod footer;
mod form;
mod header;
mod heading;
mod icon;
mod languages;
mod ledger;
mod loaded;
mod local_time;
mod money;
mod notice;
mod page;
mod rail;
mod section;
mod select;
mod skeleton;
mod stat;
mod status;
mod steps;
mod table;
mod text_area;

pub use announcer::{Announcer, announce, announcer, provide_arrival};
pub use button::{LinkButton, Look, SubmitButton};
pub use choices::{Checkbox, Choice, RadioGroup};
pub use disclosure::Disclosure;
pub use empty::Empty;
pub use error_summary::{ErrorSummary, Labels};
pub use field::{Field, FieldError, Need, Size, field_id};
pub use footer::SiteFooter;
pub use form::{Checks, PostForm};
pub use header::SiteHeader;
pub use heading::PageHeading;
pub use icon::{Glyph, Icon};
pub use languages::LanguageSwitch;
pub use ledger::{LedgerKind, LedgerLine};
pub use loaded::{ErrorPage, Loaded};
pub use local_time::{LocalTime, browser_now_ms, browser_zone};
pub use money::Money;
pub use notice::{Notice, RefusalNotice, Tone};
pub use page::{Page, Width};
pub use rail::{RailLayout, RailLink};
pub use section::Section;
pub use select::Select;
pub use skeleton::Skeleton;
pub use stat::Stat;
pub use status::{Chip, StatusChip};
pub use steps::Steps;
pub use table::DataTable;
pub use text_area::TextArea;
