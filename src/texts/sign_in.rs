//! Words of signing in.

crate::texts::texts! {
    title { en: "Sign in", ro: "Autentificare" }
    lead { en: "For hosts, division managers and administrators. Participants need no account.", ro: "Pentru gazde, manageri de divizie și administratori. Participanții nu au nevoie de cont." }
    email { en: "E-mail", ro: "E-mail" }
    password { en: "Password", ro: "Parolă" }
    submit { en: "Sign in", ro: "Autentificare" }
    wrong { en: "E-mail and password do not match. Check both and try again.", ro: "E-mailul și parola nu se potrivesc. Verificați-le și încercați din nou." }
    signed_in_as(name: &str) { en: "You are signed in as {name}.", ro: "Sunteți autentificat ca {name}." }
    participant_title { en: "Looking for your registration?", ro: "Căutați înregistrarea dumneavoastră?" }
    participant_text { en: "The mail you got when you registered has a link to it.", ro: "E-mailul primit la înregistrare conține un link către ea." }
}
