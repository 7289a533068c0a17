//! Words of the frame around every page and of the shared components.

crate::texts::texts! {
    product { en: "Lectern", ro: "Lectern" }
    skip_to_content { en: "Skip to content", ro: "Salt la conținut" }
    main_navigation { en: "Main", ro: "Principal" }
    sessions { en: "Sessions", ro: "Sesiuni" }
    my_sessions { en: "My sessions", ro: "Sesiunile mele" }
    division { en: "Division", ro: "Divizie" }
    administration { en: "Administration", ro: "Administrare" }
    sites { en: "Sites", ro: "Site-uri" }
    sign_in { en: "Sign in", ro: "Autentificare" }
    sign_out { en: "Sign out", ro: "Deconectare" }
    help { en: "Help", ro: "Ajutor" }
    language { en: "Language", ro: "Limbă" }
    footer_about(site: &str) { en: "{site} sells these sessions.", ro: "{site} vinde aceste sesiuni." }
    contact { en: "Contact", ro: "Contact" }
    test_mode { en: "Test mode: no real money moves here.", ro: "Mod de test: aici nu circulă bani reali." }
    optional { en: "(optional)", ro: "(opțional)" }
    error_prefix { en: "Error: ", ro: "Eroare: " }
    problem_title { en: "There is a problem", ro: "Există o problemă" }
    problem_lead { en: "Nothing was sent. Please correct:", ro: "Nu s-a trimis nimic. Vă rugăm să corectați:" }
    one_moment { en: "One moment…", ro: "Un moment…" }
    loading { en: "Loading", ro: "Se încarcă" }
    try_again { en: "Try again", ro: "Încercați din nou" }
    back { en: "Back", ro: "Înapoi" }
    back_to_sessions { en: "All sessions", ro: "Toate sesiunile" }
    to_start { en: "Go to the start page", ro: "Mergeți la pagina de start" }
    search { en: "Search", ro: "Căutare" }
    choose { en: "Please choose", ro: "Vă rugăm să alegeți" }
    yes { en: "Yes", ro: "Da" }
    no { en: "No", ro: "Nu" }
    save { en: "Save", ro: "Salvați" }
    cancel { en: "Cancel", ro: "Renunțați" }
    remove { en: "Remove", ro: "Eliminați" }
    free { en: "Free", ro: "Gratuit" }
    status_good { en: "Done", ro: "Gata" }
    status_warn { en: "Please note", ro: "Atenție" }
    status_bad { en: "Problem", ro: "Problemă" }
    status_info { en: "Information", ro: "Informație" }
    session_draft { en: "Draft", ro: "Ciornă" }
    session_scheduled { en: "Scheduled", ro: "Programată" }
    session_live { en: "Live now", ro: "În desfășurare" }
    session_ended { en: "Ended", ro: "Încheiată" }
    session_cancelled { en: "Cancelled", ro: "Anulată" }
    name { en: "Name", ro: "Nume" }
    email { en: "E-mail", ro: "E-mail" }
    page_of(page: &str, site: &str) { en: "{page} · {site}", ro: "{page} · {site}" }
}
