//! Every statement is understood by both engines, on the schema it is written for.

use lectern::server::store::all_statements;

on_both!(every_statement_prepares, |db| async {
    let mut refused = Vec::new();
    for (name, text) in all_statements() {
        // One transaction each: PostgreSQL reads nothing more after an error.
        let mut tx = db.begin(lectern::server::store::db::Mode::Write).await.expect("a transaction opens");
        if let Err(error) = tx.prepare(text).await {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            refused.push(format!("{name}: {}", cause.unwrap_or_else(|| error.to_string())));
        }
    }
    assert!(refused.is_empty(), "{} refuses:\n{}", db.engine(), refused.join("\n"));
});

#[test]
fn statements_have_one_name_each_and_keep_to_the_common_ground() {
    let mut names: Vec<_> = all_statements().into_iter().map(|(name, _)| name).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "a module is listed twice");
    for (name, text) in all_statements() {
        let upper = text.to_uppercase();
        for banned in ["NOW()", "CURRENT_TIMESTAMP", " LIKE ", "FOR UPDATE", "INTERVAL ", "GREATEST(", "LEAST(", "NEXTVAL"] {
            assert!(!upper.contains(banned), "{name} uses {banned}");
        }
    }
}
