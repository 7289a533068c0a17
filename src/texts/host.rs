//! Words of the host pages. Owned by who writes `app/pages/host`.

crate::texts::texts! {
    area { en: "Hosting", ro: "Găzduire" }
    title { en: "My sessions", ro: "Sesiunile mele" }
    lead { en: "Everything you run, what it earns and what is still to be done.", ro: "Tot ce organizați, ce aduce și ce mai este de făcut." }
    new_session { en: "Schedule a session", ro: "Programați o sesiune" }
    upcoming { en: "Coming up", ro: "Urmează" }
    past { en: "Over", ro: "Încheiate" }
    none_upcoming { en: "No session is planned. Schedule one and it appears here with its seats and payments.", ro: "Nu este planificată nicio sesiune. Programați una și va apărea aici, cu locurile și plățile ei." }
    none_past { en: "Sessions that are over are kept here.", ro: "Sesiunile încheiate se păstrează aici." }
    col_session { en: "Session", ro: "Sesiune" }
    col_seats { en: "Seats", ro: "Locuri" }
    col_fee { en: "Fee", ro: "Taxă" }
    col_state { en: "State", ro: "Stare" }
    col_actions { en: "Actions", ro: "Acțiuni" }
    seats_of(taken: &str, capacity: &str) { en: "{taken} of {capacity}", ro: "{taken} din {capacity}" }
    hosted_by(name: &str) { en: "hosted by {name}", ro: "găzduită de {name}" }
    edit { en: "Edit", ro: "Modificați" }
    edit_named(topic: &str) { en: "Edit {topic}", ro: "Modificați {topic}" }
    start { en: "Start session", ro: "Începeți sesiunea" }
    start_named(topic: &str) { en: "Start session: {topic}", ro: "Începeți sesiunea: {topic}" }
    open_room { en: "Open room", ro: "Deschideți camera" }
    pay_now { en: "Pay", ro: "Plătiți" }
    public_page { en: "Public page", ro: "Pagina publică" }
    payment_due { en: "Payment due", ro: "Plată restantă" }
    usage_paid { en: "Usage paid", ro: "Utilizare plătită" }
    usage_checking { en: "Payment is being checked", ro: "Plata este în curs de verificare" }
    usage_short { en: "Paid for less than planned", ro: "Plătită sub necesar" }

    new_title { en: "Schedule a session", ro: "Programați o sesiune" }
    edit_title { en: "Edit session", ro: "Modificați sesiunea" }
    new_lead { en: "Topic, time and seats are enough. Everything can be changed later.", ro: "Tema, ora și locurile sunt suficiente. Totul se poate schimba mai târziu." }
    section_what { en: "What", ro: "Ce" }
    section_when { en: "When", ro: "Când" }
    section_who { en: "Who", ro: "Cine" }
    section_fee { en: "Fee", ro: "Taxă" }
    section_audio { en: "Audio and connections", ro: "Audio și conexiuni" }
    topic { en: "Topic", ro: "Temă" }
    topic_hint { en: "The title participants see.", ro: "Titlul pe care îl văd participanții." }
    description { en: "Description", ro: "Descriere" }
    description_hint { en: "The invitation. A blank line begins a new paragraph.", ro: "Invitația. Un rând gol începe un paragraf nou." }
    starts_at { en: "Date and start time", ro: "Data și ora de început" }
    time_zone { en: "Time zone", ro: "Fus orar" }
    time_zone_hint { en: "Type a city, such as Bucharest or London.", ro: "Scrieți un oraș, de exemplu Bucharest sau London." }
    use_zone(zone: &str) { en: "Use this device's zone: {zone}", ro: "Folosiți fusul acestui dispozitiv: {zone}" }
    comes_twice { en: "The clocks go back that night, so this time comes twice. The first is meant.", ro: "În acea noapte se trece la ora de iarnă, deci această oră vine de două ori. Se folosește prima." }
    shown_as(when: &str) { en: "Saved as {when}.", ro: "Salvată ca {when}." }
    duration_minutes { en: "Length", ro: "Durată" }
    minutes_unit { en: "minutes", ro: "minute" }
    capacity { en: "Seats", ro: "Locuri" }
    capacity_hint(max: &str) { en: "The most people who can register: up to {max}.", ro: "Câte persoane se pot înregistra cel mult: până la {max}." }
    taken_hint(taken: &str) { en: "{taken} taken already.", ro: "Deja ocupate: {taken}." }
    require_registration { en: "Require registration", ro: "Înregistrare obligatorie" }
    require_registration_hint { en: "People give their name and address before they get a place.", ro: "Participanții își dau numele și adresa înainte de a primi un loc." }
    registration_locked { en: "A session with a fee needs registration, so this stays on: participants pay while registering.", ro: "O sesiune cu taxă necesită înregistrare, deci rămâne activă: participanții plătesc la înregistrare." }
    listing { en: "Who finds it", ro: "Cine o găsește" }
    listing_all { en: "Everyone, in the catalogue", ro: "Toată lumea, în catalog" }
    listing_authorised { en: "Signed-in people of this site", ro: "Persoanele autentificate ale acestui site" }
    listing_unlisted { en: "Only who has the link", ro: "Doar cine are linkul" }
    fee { en: "Fee per participant", ro: "Taxă per participant" }
    fee_hint(max: &str) { en: "Blank or 0 is free. At most {max}.", ro: "Gol sau 0 înseamnă gratuit. Cel mult {max}." }
    fee_is(amount: &str) { en: "Participants pay {amount}.", ro: "Participanții plătesc {amount}." }
    fee_is_free { en: "This session is free.", ro: "Această sesiune este gratuită." }
    audio { en: "Audio", ro: "Audio" }
    audio_none { en: "None", ro: "Fără" }
    audio_voip { en: "Through the computer", ro: "Prin calculator" }
    audio_call_in { en: "Participants dial in", ro: "Participanții sună" }
    audio_toll_free { en: "Participants dial in, free of charge", ro: "Participanții sună gratuit" }
    audio_call_back { en: "The session calls participants", ro: "Sesiunea sună participanții" }
    expected_computers { en: "Expected computers", ro: "Calculatoare așteptate" }
    expected_computers_hint { en: "Blank means every seat and you.", ro: "Gol înseamnă toate locurile și dumneavoastră." }
    expected_teleconference { en: "Of these, on the teleconference", ro: "Dintre acestea, în teleconferință" }
    expected_teleconference_hint { en: "Blank means all of them.", ro: "Gol înseamnă toate." }
    teleconference_off { en: "There is no audio, so no one is on the teleconference.", ro: "Nu există audio, deci nimeni nu este în teleconferință." }
    schedule { en: "Schedule", ro: "Programați" }
    save_changes { en: "Save changes", ro: "Salvați modificările" }
    to_estimate_hint { en: "Both lead to the estimated cost first. Nothing is charged before you confirm.", ro: "Ambele duc întâi la costul estimat. Nu se debitează nimic înainte să confirmați." }
    is_over { en: "This session is over and cannot be changed.", ro: "Această sesiune s-a încheiat și nu mai poate fi modificată." }
    stale_title { en: "Someone saved this session meanwhile", ro: "Cineva a salvat între timp această sesiune" }
    stale_text { en: "What you typed is still below, and was not saved. Open the saved version to compare, then send your changes again.", ro: "Ce ați scris este încă mai jos și nu a fost salvat. Deschideți versiunea salvată pentru comparație, apoi trimiteți din nou modificările." }
    stale_link { en: "Open the saved version", ro: "Deschideți versiunea salvată" }

    side_title { en: "Estimate", ro: "Estimare" }
    side_free_title { en: "At a glance", ro: "Pe scurt" }
    side_waiting { en: "Fill in length and seats, and the cost appears here.", ro: "Completați durata și locurile, iar costul apare aici." }
    minutes_times(minutes: &str, computers: &str) { en: "{minutes} min × {computers} computers", ro: "{minutes} min × {computers} calculatoare" }
    minutes_times_teleconference(minutes: &str, computers: &str) { en: "{minutes} min × {computers} on teleconference", ro: "{minutes} min × {computers} în teleconferință" }
    people_rate_line(minutes: &str, rate: &str) { en: "{minutes} people-min × {rate}", ro: "{minutes} persoane-min × {rate}" }
    teleconference_rate_line(minutes: &str, rate: &str) { en: "{minutes} min × {rate}", ro: "{minutes} min × {rate}" }
    tax_line(name: &str, rate: &str) { en: "{name} {rate} %", ro: "{name} {rate} %" }
    tax_none { en: "Tax", ro: "Taxe fiscale" }
    total { en: "Total", ro: "Total" }
    break_even { en: "Break-even", ro: "Prag de rentabilitate" }
    fee_times(fee: &str, seats: &str) { en: "Fee {fee} × {seats}", ro: "Taxă {fee} × {seats}" }
    usage { en: "Usage", ro: "Utilizare" }
    left_over { en: "Left when sold out", ro: "Rămâne la epuizare" }
    pays_for_it(seats: &str) { en: "{seats} sold pay for it.", ro: "Se acoperă cu {seats} vândute." }
    never_pays { en: "Even sold out, the fees do not cover the usage.", ro: "Chiar și cu toate locurile vândute, taxele nu acoperă utilizarea." }
    income_when_sold_out { en: "When sold out", ro: "La epuizarea locurilor" }
    lasts(length: &str) { en: "Lasts {length}.", ro: "Durează {length}." }

    estimate_title { en: "Session Estimated Cost", ro: "Costul estimat al sesiunii" }
    estimate_lead { en: "What running this session will cost. Nothing is charged by looking at it.", ro: "Cât va costa desfășurarea acestei sesiuni. Nu se debitează nimic prin simpla vizualizare." }
    col_what { en: "What", ro: "Ce" }
    col_how { en: "Computation", ro: "Calcul" }
    col_rate { en: "Rate per minute", ro: "Tarif pe minut" }
    col_amount { en: "Amount", ro: "Sumă" }
    people_minutes { en: "People-minutes", ro: "Persoane-minute" }
    teleconference_minutes { en: "Teleconference minutes", ro: "Minute de teleconferință" }
    duration_label { en: "Length", ro: "Durată" }
    computers_label { en: "Computers", ro: "Calculatoare" }
    teleconference_label { en: "On teleconference", ro: "În teleconferință" }
    valid_until(when: &str) { en: "Price kept until {when}.", ro: "Prețul se păstrează până la {when}." }
    rate_version(version: i64) { en: "Rate card version {version}.", ro: "Tarif, versiunea {version}." }
    rate_frozen { en: "The rates are those of your payment.", ro: "Tarifele sunt cele de la plata dumneavoastră." }
    changed { en: "changed", ro: "modificat" }
    changed_from(old: &str, new: &str) { en: "The estimate changed from {old} to {new} since it was last quoted.", ro: "Estimarea s-a schimbat de la {old} la {new} față de ultima ofertă." }
    modify { en: "Modify", ro: "Modificați" }
    covered_title { en: "This is paid", ro: "Este plătit" }
    covered_text(paid: &str) { en: "{paid} was paid, which covers this estimate. You are not charged again.", ro: "S-au plătit {paid}, ceea ce acoperă această estimare. Nu vi se mai debitează nimic." }
    short_title { en: "The settings have grown since the payment", ro: "Setările au crescut de la plată" }
    short_text(paid: &str, needed: &str) { en: "{paid} was paid and {needed} is needed. The session cannot start like this: choose Modify to reduce it, or ask the site administrator to settle the difference.", ro: "S-au plătit {paid} și sunt necesari {needed}. Sesiunea nu poate începe astfel: alegeți Modificați pentru a o reduce sau cereți administratorului site-ului să regleze diferența." }
    checking_title { en: "We are checking your payment. Please do not pay again.", ro: "Verificăm plata. Vă rugăm să nu plătiți din nou." }
    checking_text { en: "The payment service has not given a final answer. This page tells you as soon as it does; reload to look again.", ro: "Serviciul de plată nu a dat încă un răspuns final. Această pagină vă anunță imediat; reîncărcați pentru a verifica." }
    unpaid_title { en: "Pay before you start", ro: "Plătiți înainte de a începe" }
    unpaid_text { en: "This session has not started, because its usage is not paid yet. Nothing was charged.", ro: "Această sesiune nu a început, deoarece utilizarea ei nu este încă plătită. Nu s-a debitat nimic." }
    policy_note { en: "You pay this estimate before the start.", ro: "Plătiți această estimare înainte de început." }

    pay_title { en: "Payment information", ro: "Informații de plată" }
    pay_lead_start { en: "The room opens as soon as the payment has succeeded.", ro: "Camera se deschide imediat ce plata a reușit." }
    pay_lead_schedule { en: "You can also pay later: the session is saved, and only its start waits for the payment.", ro: "Puteți plăti și mai târziu: sesiunea este salvată și doar începerea ei așteaptă plata." }
    pay_amount(amount: &str) { en: "Pay {amount}", ro: "Plătește {amount}" }
    pay_later { en: "Keep as payment due", ro: "Păstrați ca plată restantă" }
    saved_as_due { en: "The session stays saved as payment due.", ro: "Sesiunea rămâne salvată ca plată restantă." }
    back_to_estimate { en: "Estimated cost", ro: "Cost estimat" }
    no_method_title { en: "No way to pay is set up", ro: "Nu este configurată nicio metodă de plată" }
    no_method_text { en: "Ask the site administrator to enable a payment processor. The session stays saved as payment due.", ro: "Cereți administratorului site-ului să activeze un procesator de plăți. Sesiunea rămâne salvată ca plată restantă." }

    room_title { en: "Room", ro: "Cameră" }
    room_live { en: "Live", ro: "În desfășurare" }
    live_since(when: &str, length: &str) { en: "Open since {when}, for {length}.", ro: "Deschisă din {when}, de {length}." }
    live_just_now(when: &str) { en: "Open since {when}.", ro: "Deschisă din {when}." }
    room_closed { en: "The room is not open.", ro: "Camera nu este deschisă." }
    room_ended { en: "This session has ended. Nobody can come in any more.", ro: "Această sesiune s-a încheiat. Nu mai poate intra nimeni." }
    people_here(count: &str, expected: &str) { en: "{count} here, {expected} expected", ro: "{count} aici, {expected} așteptați" }
    nobody_here { en: "Nobody is here yet.", ro: "Nu este încă nimeni aici." }
    col_name { en: "Name", ro: "Nume" }
    col_since { en: "Here since", ro: "Aici din" }
    is_host { en: "host", ro: "gazdă" }
    end_session { en: "End session", ro: "Încheiați sesiunea" }
    end_hint { en: "Closes the room for everyone. It cannot be opened again.", ro: "Închide camera pentru toți. Nu poate fi redeschisă." }
    refresh { en: "Refresh", ro: "Reîmprospătați" }
    invite { en: "Participants come in with the link in their confirmation.", ro: "Participanții intră cu linkul din confirmare." }

    join_title { en: "Join the session", ro: "Intrați în sesiune" }
    join_hello(name: &str) { en: "Hello, {name}.", ro: "Bună ziua, {name}." }
    join_waiting { en: "The host has not started yet. This page lets you in as soon as they do.", ro: "Gazda nu a început încă. Această pagină vă lasă să intrați imediat ce începe." }
    join_live { en: "You are in the room.", ro: "Sunteți în cameră." }
    join_over { en: "This session is over.", ro: "Această sesiune s-a încheiat." }
    join_unpaid { en: "The fee is not paid yet, so this link does not open the room.", ro: "Taxa nu este încă plătită, deci acest link nu deschide camera." }
    join_pay { en: "Pay the fee", ro: "Plătiți taxa" }
    join_reload { en: "Look again", ro: "Verificați din nou" }

    api_not_found { en: "There is no such object for this token.", ro: "Nu există un astfel de obiect pentru acest token." }
    api_not_found_hint { en: "Check the id. Other people's objects answer like this too.", ro: "Verificați id-ul. Obiectele altor persoane răspund la fel." }
    api_token_needed { en: "A bearer token is needed.", ro: "Este necesar un token bearer." }
    api_token_hint { en: "Get one with POST /api/v1/token and send it as Authorization: Bearer.", ro: "Obțineți unul cu POST /api/v1/token și trimiteți-l ca Authorization: Bearer." }
    api_internal { en: "Our mistake.", ro: "Greșeala noastră." }
    api_internal_hint { en: "Quote the incident to the operator.", ro: "Comunicați operatorului numărul incidentului." }
    api_bad_request { en: "The body is not a JSON object of texts, numbers and yes or no.", ro: "Corpul nu este un obiect JSON cu texte, numere și da sau nu." }
    api_bad_request_hint { en: "Send Content-Type: application/json and one object.", ro: "Trimiteți Content-Type: application/json și un obiect." }
    api_fields_hint { en: "Correct the fields in errors and send again.", ro: "Corectați câmpurile din errors și trimiteți din nou." }
    api_unpaid_hint { en: "Pay on the page in pay_path, then try again.", ro: "Plătiți pe pagina din pay_path, apoi încercați din nou." }
    api_forbidden_hint { en: "The site has to switch this on, or the person lacks the role.", ro: "Site-ul trebuie să activeze această funcție sau persoana nu are rolul necesar." }
    api_gone_hint { en: "This cannot be undone; use another session.", ro: "Acest lucru nu poate fi anulat; folosiți altă sesiune." }
    api_wait_hint { en: "Wait, then try again.", ro: "Așteptați, apoi încercați din nou." }
    api_conflict_hint { en: "Read the object again, then decide.", ro: "Citiți din nou obiectul, apoi decideți." }
}
