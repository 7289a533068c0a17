//! What is being typed: one signal per field, and the form they make, checked by the same rules as the server's.

use leptos::prelude::*;

use crate::{
    api::host::ScheduleSheet,
    app::form_state::{FormState, use_form_state},
    domain::{
        estimate::{Audio, Usage},
        form::Problem,
        money::Money,
        schedule::{ScheduleForm, ScheduleLimits, is_ticked},
    },
};

/// The fields while they are typed.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    pub topic: RwSignal<String>,
    pub description: RwSignal<String>,
    pub starts_at: RwSignal<String>,
    pub time_zone: RwSignal<String>,
    pub duration_minutes: RwSignal<String>,
    pub capacity: RwSignal<String>,
    pub fee: RwSignal<String>,
    pub registers: RwSignal<bool>,
    pub expected_computers: RwSignal<String>,
    pub audio: RwSignal<String>,
    pub expected_teleconference: RwSignal<String>,
    pub listing: RwSignal<String>,
    pub limits: StoredValue<ScheduleLimits>,
    /// All of it as the server would get it.
    pub form: Memo<ScheduleForm>,
}

impl Draft {
    /// As posted, else as saved. Set from the start, so that the card beside the form is right in the first HTML.
    pub fn new(sheet: &ScheduleSheet) -> Self {
        let posted = use_form_state();
        let text = |name: &str, saved: &str| RwSignal::new(posted.value_or(name, || saved.to_owned()));
        let form = &sheet.form;
        let topic = text("topic", &form.topic);
        let description = text("description", &form.description);
        let starts_at = text("starts_at", &form.starts_at);
        let time_zone = text("time_zone", &form.time_zone);
        let duration_minutes = text("duration_minutes", &form.duration_minutes);
        let capacity = text("capacity", &form.capacity);
        let fee = text("fee", &form.fee);
        let registers = RwSignal::new(is_registering(&posted, form));
        let expected_computers = text("expected_computers", &form.expected_computers);
        let audio = text("audio", &form.audio);
        let expected_teleconference = text("expected_teleconference", &form.expected_teleconference);
        let listing = text("listing", &form.listing);
        let version = posted.value_or("version", || form.version.clone());
        let form = Memo::new(move |_| ScheduleForm {
            topic: topic.get(),
            description: description.get(),
            starts_at: starts_at.get(),
            time_zone: time_zone.get(),
            duration_minutes: duration_minutes.get(),
            capacity: capacity.get(),
            fee: fee.get(),
            require_registration: if registers.get() { "on".to_owned() } else { String::new() },
            expected_computers: expected_computers.get(),
            audio: audio.get(),
            expected_teleconference: expected_teleconference.get(),
            listing: listing.get(),
            version: version.clone(),
        });
        Self {
            topic,
            description,
            starts_at,
            time_zone,
            duration_minutes,
            capacity,
            fee,
            registers,
            expected_computers,
            audio,
            expected_teleconference,
            listing,
            limits: StoredValue::new(sheet.limits),
            form,
        }
    }

    /// Checks one field with the rules of the whole form, for leaving it and for typing while it is wrong.
    pub fn check(self, field: &'static str) -> Callback<String, Option<Problem>> {
        Callback::new(move |_| {
            let errors = self.form.get_untracked().parse(&self.limits.get_value()).err()?;
            errors.of(field).cloned()
        })
    }

    /// The fee as understood: `None` while it cannot be.
    pub fn fee(self) -> Option<Money> {
        self.form.read().parse_fee(&self.limits.get_value()).ok()
    }

    /// A fee is asked, so registration cannot be switched off.
    pub fn is_fee_asked(self) -> bool {
        self.fee().is_some_and(|fee| !fee.is_zero())
    }

    /// Nobody hears anything.
    pub fn is_silent(self) -> bool {
        Audio::from_code(&self.audio.read()).is_none_or(|audio| audio == Audio::None)
    }

    /// What running it will use, while that can be told.
    pub fn usage(self) -> Option<Usage> {
        self.form.read().usage(&self.limits.get_value())
    }

    /// Seats, while that can be told.
    pub fn seats(self) -> Option<u32> {
        crate::domain::schedule::parse_count(&self.capacity.read(), 1, self.limits.get_value().capacity_max).ok()
    }
}

/// A posted check box that is absent was not ticked.
fn is_registering(posted: &FormState, saved: &ScheduleForm) -> bool {
    let value = if posted.values.is_empty() { saved.require_registration.clone() } else { posted.value("require_registration") };
    is_ticked(&value)
}
