//! The schedule page's form, as typed and as understood. The browser runs `parse` at each change, the server at each post.

use serde::{Deserialize, Serialize};

use super::{
    estimate::{Audio, Usage},
    form::{FieldErrors, Problem},
    money::{Currency, Money},
    session::Listing,
    text::{parse_line, parse_paragraphs},
    time::WallTime,
};

/// The form as typed: every field is text, so nothing is lost between a mistake and its correction. Field names are the
/// contract of design.md §9.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ScheduleForm {
    /// What it is about.
    pub topic: String,
    /// The invitation.
    pub description: String,
    /// The host's wall time.
    pub starts_at: String,
    /// The host's IANA zone.
    pub time_zone: String,
    /// Minutes.
    pub duration_minutes: String,
    /// Most registrations.
    pub capacity: String,
    /// What a seat costs; zero is free.
    pub fee: String,
    /// `on`, `true`, `1` or `yes` when ticked, else absent.
    pub require_registration: String,
    /// Computers expected to be connected.
    pub expected_computers: String,
    /// How participants hear it.
    pub audio: String,
    /// Computers expected on the teleconference.
    pub expected_teleconference: String,
    /// Who finds it.
    pub listing: String,
    /// The version last read, so that two tabs cannot overwrite each other; empty on a new session.
    pub version: String,
}

/// The site's limits that a schedule is checked against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleLimits {
    /// What fees are in.
    pub currency: Currency,
    /// Highest fee; `None` where fees are off, and then a fee is not read at all.
    pub fee_max: Option<Money>,
    /// Most seats and most computers.
    pub capacity_max: u32,
    /// Longest session in minutes.
    pub duration_max: u32,
    /// Fewest seats: those already taken.
    pub seats_taken: u32,
}

/// A schedule that passed every rule but those about time zones, which the server checks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// What it is about.
    pub topic: String,
    /// The invitation.
    pub description: String,
    /// The host's wall time.
    pub starts_at: WallTime,
    /// The host's IANA zone.
    pub time_zone: String,
    /// Minutes.
    pub duration_minutes: u32,
    /// Most registrations.
    pub capacity: u32,
    /// What a seat costs; zero is free.
    pub fee: Money,
    /// Participants must register.
    pub require_registration: bool,
    /// Computers expected to be connected.
    pub expected_computers: u32,
    /// How participants hear it.
    pub audio: Audio,
    /// Computers expected on the teleconference.
    pub expected_teleconference: u32,
    /// Who finds it.
    pub listing: Listing,
}

impl Schedule {
    /// What running it will use.
    pub const fn usage(&self) -> Usage {
        Usage {
            duration_minutes: self.duration_minutes,
            computers: self.expected_computers,
            teleconference: self.expected_teleconference,
            audio: self.audio,
        }
    }
}

/// Whether a checkbox arrived ticked.
pub fn is_ticked(value: &str) -> bool {
    matches!(value, "on" | "true" | "1" | "yes")
}

/// A whole number within bounds, both included.
///
/// # Errors
/// `Required`, or `OutOfRange` for anything else that is not such a number.
pub fn parse_count(text: &str, min: u32, max: u32) -> Result<u32, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::Required);
    }
    let out = Problem::OutOfRange { min: i64::from(min), max: i64::from(max) };
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(out);
    }
    text.parse::<u32>().ok().filter(|n| (min..=max).contains(n)).ok_or(out)
}

impl ScheduleForm {
    /// Every problem at once, or the schedule. Blank numbers of people default as spec.md Q1 says: maximum registrations plus the
    /// host, and the same on the teleconference when there is audio.
    ///
    /// # Errors
    /// Every field's problem.
    pub fn parse(&self, limits: &ScheduleLimits) -> Result<Schedule, FieldErrors> {
        let mut errors = FieldErrors::default();
        let topic = errors.keep("topic", parse_line(&self.topic, 120));
        let description = errors.keep("description", parse_paragraphs(&self.description, 8_000));
        let starts_at = errors.keep(
            "starts_at",
            if self.starts_at.trim().is_empty() {
                Err(Problem::Required)
            } else {
                WallTime::parse(&self.starts_at).ok_or(Problem::NotADate)
            },
        );
        let time_zone = errors.keep("time_zone", parse_line(&self.time_zone, 64));
        let duration_minutes = errors.keep("duration_minutes", parse_count(&self.duration_minutes, 5, limits.duration_max));
        let capacity = errors.keep(
            "capacity",
            parse_count(&self.capacity, 1, limits.capacity_max).and_then(|seats| {
                if seats < limits.seats_taken { Err(Problem::BelowTaken { taken: limits.seats_taken }) } else { Ok(seats) }
            }),
        );
        let fee = errors.keep("fee", self.parse_fee(limits));
        let registers = is_ticked(&self.require_registration);
        if fee.is_some_and(|fee| !fee.is_zero()) && !registers {
            errors.push("require_registration", Problem::FeeRequiresRegistration);
        }
        let audio = errors.keep("audio", Audio::from_code(or_default(&self.audio, "none")).ok_or(Problem::NotAChoice));
        let computers_max = limits.capacity_max.saturating_add(1);
        let expected_computers = if self.expected_computers.trim().is_empty() {
            capacity.map(|seats| seats.saturating_add(1))
        } else {
            errors.keep("expected_computers", parse_count(&self.expected_computers, 1, computers_max))
        };
        let expected_teleconference = self.parse_teleconference(audio, expected_computers, &mut errors);
        let listing = errors.keep("listing", Listing::from_code(or_default(&self.listing, "all")).ok_or(Problem::NotAChoice));
        let schedule = (|| {
            Some(Schedule {
                topic: topic?,
                description: description?,
                starts_at: starts_at?,
                time_zone: time_zone?,
                duration_minutes: duration_minutes?,
                capacity: capacity?,
                fee: fee?,
                require_registration: registers,
                expected_computers: expected_computers?,
                audio: audio?,
                expected_teleconference: expected_teleconference?,
                listing: listing?,
            })
        })();
        errors.finish(schedule)
    }

    /// What the estimate needs, as far as it is typed well; `None` while it is not. Used by the page while typing.
    pub fn usage(&self, limits: &ScheduleLimits) -> Option<Usage> {
        let capacity = parse_count(&self.capacity, 1, limits.capacity_max).ok();
        let computers = if self.expected_computers.trim().is_empty() {
            capacity?.saturating_add(1)
        } else {
            parse_count(&self.expected_computers, 1, limits.capacity_max.saturating_add(1)).ok()?
        };
        let audio = Audio::from_code(or_default(&self.audio, "none"))?;
        let teleconference = self.parse_teleconference(Some(audio), Some(computers), &mut FieldErrors::default())?;
        Some(Usage {
            duration_minutes: parse_count(&self.duration_minutes, 5, limits.duration_max).ok()?,
            computers,
            teleconference,
            audio,
        })
    }

    /// The fee typed: blank is free, more than the site's maximum is refused, and where fees are off nothing is read.
    ///
    /// # Errors
    /// The field's problem.
    pub fn parse_fee(&self, limits: &ScheduleLimits) -> Result<Money, Problem> {
        let (Some(max), false) = (limits.fee_max, self.fee.trim().is_empty()) else { return Ok(Money::zero(limits.currency)) };
        let fee = Money::parse(&self.fee, limits.currency).map_err(Problem::from_money)?;
        if fee.is_negative() {
            return Err(Problem::Negative);
        }
        if fee.minor() > max.minor() {
            return Err(Problem::AboveMaximum { max });
        }
        Ok(fee)
    }

    fn parse_teleconference(&self, audio: Option<Audio>, computers: Option<u32>, errors: &mut FieldErrors) -> Option<u32> {
        match (audio?, computers) {
            (Audio::None, _) => Some(0),
            (_, None) => None,
            (_, Some(computers)) if self.expected_teleconference.trim().is_empty() => Some(computers),
            (_, Some(computers)) => errors.keep(
                "expected_teleconference",
                match parse_count(&self.expected_teleconference, 0, u32::MAX) {
                    Ok(count) if count > computers => Err(Problem::MoreThanComputers { computers }),
                    Err(Problem::OutOfRange { .. }) => Err(Problem::OutOfRange { min: 0, max: i64::from(computers) }),
                    other => other,
                },
            ),
        }
    }
}

fn or_default<'a>(text: &'a str, default: &'a str) -> &'a str {
    if text.trim().is_empty() { default } else { text.trim() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> ScheduleLimits {
        ScheduleLimits {
            currency: Currency::EUR,
            fee_max: Some(Money::from_minor(100_000, Currency::EUR)),
            capacity_max: 5000,
            duration_max: 1440,
            seats_taken: 0,
        }
    }

    fn form() -> ScheduleForm {
        ScheduleForm {
            topic: "Negotiation".into(),
            starts_at: "2027-01-12T10:00".into(),
            time_zone: "Europe/Bucharest".into(),
            duration_minutes: "90".into(),
            capacity: "24".into(),
            fee: "49,90".into(),
            require_registration: "on".into(),
            audio: "call_in".into(),
            expected_teleconference: "18".into(),
            ..ScheduleForm::default()
        }
    }

    fn problem(form: &ScheduleForm, field: &str) -> Option<Problem> {
        form.parse(&limits()).err().and_then(|e| e.of(field).cloned())
    }

    #[test]
    fn a_good_form_is_understood_with_defaults() {
        let schedule = form().parse(&limits()).unwrap_or_else(|e| panic!("{e:?}"));
        assert_eq!((schedule.fee.minor(), schedule.expected_computers, schedule.expected_teleconference), (4990, 25, 18));
    }

    #[test]
    fn a_fee_needs_registration() {
        let free = ScheduleForm { fee: "0".into(), require_registration: String::new(), ..form() };
        assert!(free.parse(&limits()).is_ok());
        let fee = ScheduleForm { require_registration: String::new(), ..form() };
        assert_eq!(problem(&fee, "require_registration"), Some(Problem::FeeRequiresRegistration));
    }

    #[test]
    fn every_bad_field_is_named_at_once() {
        let bad = ScheduleForm {
            topic: " ".into(),
            starts_at: "soon".into(),
            duration_minutes: "4".into(),
            capacity: "0".into(),
            fee: "-1".into(),
            audio: "shouting".into(),
            ..form()
        };
        for (field, expected) in [
            ("topic", Problem::Required),
            ("starts_at", Problem::NotADate),
            ("duration_minutes", Problem::OutOfRange { min: 5, max: 1440 }),
            ("capacity", Problem::OutOfRange { min: 1, max: 5000 }),
            ("fee", Problem::Negative),
            ("audio", Problem::NotAChoice),
        ] {
            assert_eq!(problem(&bad, field), Some(expected), "{field}");
        }
    }

    #[test]
    fn fees_have_bounds_and_decimals() {
        for (fee, expected) in [
            ("1000.00", None),
            ("1000.01", Some(Problem::AboveMaximum { max: Money::from_minor(100_000, Currency::EUR) })),
            ("1.999", Some(Problem::TooManyDecimals { max: 2 })),
            ("ten", Some(Problem::NotANumber)),
        ] {
            assert_eq!(problem(&ScheduleForm { fee: fee.into(), ..form() }, "fee"), expected, "{fee}");
        }
    }

    #[test]
    fn the_teleconference_is_no_larger_than_the_session() {
        let form = ScheduleForm { expected_computers: "10".into(), expected_teleconference: "11".into(), ..form() };
        assert_eq!(problem(&form, "expected_teleconference"), Some(Problem::MoreThanComputers { computers: 10 }));
        let silent = ScheduleForm { audio: "none".into(), ..form };
        assert_eq!(silent.usage(&limits()).map(|u| u.teleconference), Some(0));
    }

    #[test]
    fn seats_cannot_go_below_those_taken() {
        let taken = ScheduleLimits { seats_taken: 30, ..limits() };
        let problem = form().parse(&taken).err().and_then(|e| e.of("capacity").cloned());
        assert_eq!(problem, Some(Problem::BelowTaken { taken: 30 }));
    }
}
