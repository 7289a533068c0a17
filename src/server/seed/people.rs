//! Who can sign in to the demo.

use crate::{
    domain::{
        ids::{DivisionId, PersonId, SiteId},
        role::Role,
        time::Timestamp,
    },
    server::{
        auth::password::hash_password,
        clock::Clock,
        failure::{Failure, Fault},
        store::{
            db::Tx,
            person::{self, PersonRecord},
        },
    },
};

/// Adds the account manager, the administrator, a division manager and two hosts; answers with the administrator and the hosts.
pub(super) async fn add(
    tx: &mut Tx,
    clock: &Clock,
    site: SiteId,
    divisions: [DivisionId; 2],
    password_hash: &str,
    now: Timestamp,
) -> Result<(PersonId, [PersonId; 2]), Failure> {
    let people = [
        ("manager@demo.test", "Dana Moraru", Role::AccountManager, None),
        ("admin@demo.test", "Andrei Ilie", Role::SiteAdmin, None),
        ("division@demo.test", "Ruxandra Pavel", Role::DivisionManager, Some(divisions[0])),
        ("host@demo.test", "Maria Enescu", Role::Host, Some(divisions[0])),
        ("host2@demo.test", "Daniel Hughes", Role::Host, Some(divisions[1])),
    ];
    let mut ids = Vec::with_capacity(people.len());
    for (email, name, role, division) in people {
        let site = (role != Role::AccountManager).then_some(site);
        ids.push(one(tx, clock, (email, name, role), site, division, password_hash, now).await?);
    }
    Ok((ids[1], [ids[3], ids[4]]))
}

/// Adds one person. Where the address is taken already, that person stays as they are and a stranger's id would be wrong, so
/// the demo is refused.
pub(super) async fn one(
    tx: &mut Tx,
    clock: &Clock,
    (email, name, role): (&str, &str, Role),
    site: Option<SiteId>,
    division: Option<DivisionId>,
    password_hash: &str,
    now: Timestamp,
) -> Result<PersonId, Failure> {
    let record = PersonRecord {
        id: clock.id(),
        site,
        division,
        email: email.to_owned(),
        name: name.to_owned(),
        role,
        password_hash: password_hash.to_owned(),
        is_disabled: false,
    };
    if person::insert(tx, &record, email, now).await? {
        Ok(record.id)
    } else {
        Err(Failure::corrupt(format!("seed: somebody has the address {email} already")))
    }
}

/// The PHC string that every demo sign-in shares.
pub(super) async fn hash(clock: &Clock) -> Result<String, Failure> {
    hash_password(clock, super::PASSWORD).await.map_err(|error| Failure::Fault(Fault::Other(error.to_string())))
}
