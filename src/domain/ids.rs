//! Typed identifiers: a session's id cannot be passed where an order's is wanted.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "ssr", derive(sqlx::Type), sqlx(transparent))]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

ids! {
    /// A tenant.
    SiteId,
    /// Someone who can sign in: a host, an administrator, a manager.
    PersonId,
    /// A budget holder inside a site.
    DivisionId,
    /// A scheduled training session.
    SessionId,
    /// One participant's place in one session.
    RegistrationId,
    /// A purchase: a participant's fee or a host's usage.
    OrderId,
    /// A priced, versioned, expiring answer to "what will it cost".
    QuoteId,
    /// One try at paying.
    AttemptId,
    /// Money that moved.
    PaymentId,
    /// Money on its way back.
    RefundId,
    /// What one person says of money in doubt, until another agrees.
    ProposalId,
    /// A promo code.
    PromoId,
    /// A set of prices per minute, valid from an instant.
    RateCardId,
    /// A payment processor configured for a site.
    ProcessorConfigId,
    /// A piece of work for the background worker.
    JobId,
    /// A message that a processor sent by itself.
    NoticeId,
}
