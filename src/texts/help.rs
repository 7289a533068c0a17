//! Words of the help page and of joining.

crate::texts::texts! {
    title { en: "Help", ro: "Ajutor" }
    lead { en: "Short answers to what people ask most.", ro: "Răspunsuri scurte la cele mai frecvente întrebări." }
    q_charged { en: "Was I charged?", ro: "Mi s-au luat bani?" }
    a_charged { en: "Only if your order page says “registered” or you got a confirmation. While it says “checking”, please do not pay again: a second payment would be returned, but waiting is simpler.", ro: "Numai dacă pagina comenzii spune că înregistrarea este confirmată sau ați primit o confirmare. Cât timp verificăm, vă rugăm să nu plătiți din nou: a doua plată ar fi returnată, dar este mai simplu să așteptați." }
    q_seat { en: "How long is my seat kept?", ro: "Cât timp îmi este păstrat locul?" }
    a_seat { en: "The payment page shows the time left and lets you extend it once while seats allow. When it runs out nothing is charged, and you can register again in one step.", ro: "Pagina de plată arată timpul rămas și vă permite să îl prelungiți o dată, dacă sunt locuri. Când expiră nu se debitează nimic și vă puteți înregistra din nou într-un singur pas." }
    q_code { en: "Where do I enter a promo code?", ro: "Unde introduc un cod promoțional?" }
    a_code { en: "On the payment page, under “Have a code?”. Capital letters and spaces do not matter. The new total is shown before you pay.", ro: "Pe pagina de plată, la „Aveți un cod?”. Majusculele și spațiile nu contează. Noul total este afișat înainte de plată." }
    q_join { en: "How do I join?", ro: "Cum particip?" }
    a_join { en: "Open the link in your confirmation mail at the start time. Your registration ID is personal.", ro: "Deschideți linkul din e-mailul de confirmare la ora de început. ID-ul de înregistrare este personal." }
    q_refund { en: "Can I cancel?", ro: "Pot anula?" }
    a_refund { en: "Your order page says what the refund policy of the session allows, and does it there. The money goes back the way it came.", ro: "Pagina comenzii arată ce permite politica de rambursare a sesiunii și face acest lucru acolo. Banii se întorc pe aceeași cale." }
    q_time { en: "Which time zone are the times in?", ro: "În ce fus orar sunt orele?" }
    a_time { en: "Every time names its zone. Where yours is different, your own time stands below it.", ro: "Fiecare oră își numește fusul. Dacă al dumneavoastră este diferit, ora locală apare dedesubt." }
    q_data { en: "What happens to my card details?", ro: "Ce se întâmplă cu datele cardului?" }
    a_data { en: "They are sent encrypted to the payment service and are never stored here. We use only the cookies the site needs to work: your language and, for staff, the sign-in.", ro: "Se trimit criptat către serviciul de plată și nu se păstrează niciodată aici. Folosim doar cookie-urile necesare: limba și, pentru personal, autentificarea." }
    contact_title { en: "Still stuck?", ro: "Tot nu merge?" }
    contact_text { en: "Write to", ro: "Scrieți la" }
    contact_ask { en: "Ask the organiser who invited you.", ro: "Întrebați organizatorul care v-a invitat." }
    join_title { en: "Join the session", ro: "Intrați în sesiune" }
    join_room { en: "The room is open. Come in.", ro: "Sala este deschisă. Intrați." }
    join_enter { en: "Enter the room", ro: "Intrați în sală" }
    join_early { en: "The room is not open yet. This page is the right place: come back at the start time.", ro: "Sala nu este încă deschisă. Aceasta este pagina potrivită: reveniți la ora de început." }
}
