//! Words of the pages for when it did not work.

crate::texts::texts! {
    not_found_title { en: "There is no page here", ro: "Aici nu există nicio pagină" }
    not_found_text { en: "The address may be mistyped, or what was here is gone or not for you to see.", ro: "Adresa poate fi scrisă greșit sau ceea ce era aici nu mai există ori nu vă este destinat." }
    forbidden_title { en: "This is not open to you", ro: "Nu aveți acces aici" }
    forbidden_text { en: "Your sign-in does not allow this. Use another one, or ask the site administrator.", ro: "Autentificarea dumneavoastră nu permite acest lucru. Folosiți alta sau întrebați administratorul site-ului." }
    sign_in_title { en: "Please sign in", ro: "Vă rugăm să vă autentificați" }
    sign_in_text { en: "This page is for people of this site.", ro: "Această pagină este pentru persoanele acestui site." }
    unpaid_title { en: "Payment is still due", ro: "Plata nu a fost încă efectuată" }
    conflict_title { en: "That did not work", ro: "Nu a funcționat" }
    gone_title { en: "This is no longer available", ro: "Nu mai este disponibil" }
    slow_down_title { en: "A little too fast", ro: "Puțin prea repede" }
    fields_text { en: "Something in the form is not right. Nothing was changed.", ro: "Ceva din formular nu este corect. Nu s-a modificat nimic." }
    internal_title { en: "Our mistake", ro: "Greșeala noastră" }
    internal_text { en: "Something broke on our side and was written down. If you were paying, do not pay again: look at your order page or your mail first.", ro: "Ceva s-a defectat la noi și a fost notat. Dacă plăteați, nu plătiți din nou: verificați mai întâi pagina comenzii sau e-mailul." }
    connection_title { en: "No connection", ro: "Fără conexiune" }
    connection_text { en: "The server did not answer. Check your connection and try again; what you sent may or may not have arrived.", ro: "Serverul nu a răspuns. Verificați conexiunea și încercați din nou; este posibil ca ceea ce ați trimis să fi ajuns sau nu." }
    quote { en: "Please quote", ro: "Vă rugăm să menționați" }
    ask { en: "Questions? Write to", ro: "Întrebări? Scrieți la" }
}
