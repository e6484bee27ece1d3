// What 500 people at a time do: they look around, search, open providers and their free times, and now and then book. Signing in
// is expensive on purpose and done once, for a handful of accounts.
import http from "k6/http";
import { check, sleep } from "k6";

const base = __ENV.BASE_URL;
const people = Number(__ENV.PEOPLE || 500);
const hold = __ENV.HOLD || "60s";

export const options = {
    scenarios: {
        people: { executor: "ramping-vus", startVUs: 0, stages: [{ duration: "20s", target: people }, { duration: hold, target: people }], gracefulRampDown: "5s", gracefulStop: "10s" },
    },
    thresholds: {
        http_req_failed: ["rate==0"],
        checks: ["rate==1"],
        http_req_duration: ["p(95)<50"],
        // Without a condition of their own these show what each kind of request takes.
        "http_req_duration{name:home}": ["max>=0"],
        "http_req_duration{name:search with filters}": ["max>=0"],
        "http_req_duration{name:search with words}": ["max>=0"],
        "http_req_duration{name:provider}": ["max>=0"],
        "http_req_duration{name:slots API}": ["max>=0"],
        "http_req_duration{name:services API}": ["max>=0"],
        "http_req_duration{name:suggestions}": ["max>=0"],
        "http_req_duration{name:my bookings}": ["max>=0"],
        "http_req_duration{name:book}": ["max>=0"],
    },
    summaryTrendStats: ["med", "p(95)", "p(99)", "max"],
    discardResponseBodies: true,
};

const words = ["plombier", "plomier", "fuite d'eau", "ménage", "coiffeuse à domicile", "électricien", "cours de maths", "déménagement", "peinture",
    "سباك", "كهربائي", "تنظيف المنازل", "حلاقة", "دروس", "plumber", "cleaning", "haircut", "electrician", "math lessons"];
const typed = ["pl", "plo", "plom", "mén", "coif", "élec", "سب", "كهر", "cle", "hair"];
const languages = ["fr", "fr", "fr", "ar", "ar", "en"];

const any = (list) => list[Math.floor(Math.random() * list.length)];

export function setup() {
    const json = (path) => http.get(base + path, { responseType: "text", tags: { name: "setup" } }).json();
    const services = [];
    for (let cursor = "", pages = 0; cursor !== null && pages < 10; pages++) {
        const page = json(`/api/v1/services?limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
        services.push(...page.items.map((s) => ({ id: s.id, provider: s.provider_id, instant: s.instant })));
        cursor = page.next_cursor;
    }
    const categories = json("/api/v1/categories").items.map((c) => c.id);
    const cities = json("/api/v1/cities").items.map((c) => c.id);
    const sessions = [];
    for (let i = 0; i < 8; i++) {
        const person = { email: `load-${i}-${Date.now()}@example.test`, password: "une phrase assez longue", name: "Nadia Amrani", role: "customer", terms_accepted: true };
        const answer = http.post(`${base}/api/v1/auth/signup`, JSON.stringify(person), { headers: { "Content-Type": "application/json" }, tags: { name: "setup" } });
        if (answer.status !== 201) {
            throw new Error(`sign-up: ${answer.status}`);
        }
        sessions.push(Object.entries(answer.cookies).map(([name, values]) => `${name}=${values[0].value}`).join("; "));
    }
    const instant = services.filter((s) => s.instant).slice(0, 200);
    for (const service of instant) {
        service.starts = json(`/api/v1/providers/${service.provider}/slots?service=${service.id}`).items.map((slot) => slot.start);
    }
    return { services, categories, cities, sessions, bookable: instant.filter((s) => s.starts.length > 0) };
}

function get(name, path, session) {
    const headers = { "Accept-Encoding": "gzip" };
    if (session) {
        headers.Cookie = session;
    }
    const answer = http.get(base + path, { headers, tags: { name } });
    check(answer, { "answered with 200": (r) => r.status === 200 });
}

function book(data) {
    const service = any(data.bookable);
    const answer = http.post(`${base}/api/v1/bookings`, JSON.stringify({ service_id: service.id, start: any(service.starts), address: "12, rue des Orangers" }), {
        headers: { "Content-Type": "application/json", "Idempotency-Key": `${__VU}-${__ITER}-${Date.now()}`, Cookie: any(data.sessions) },
        tags: { name: "book" },
        responseCallback: http.expectedStatuses(201, 409), // somebody else may have been quicker
    });
    check(answer, { "booked, or told that the time is taken": (r) => r.status === 201 || r.status === 409 });
}

export default function (data) {
    const language = any(languages);
    const dice = Math.random() * 100;
    if (dice < 15) {
        get("home", `/${language}`);
    } else if (dice < 30) {
        get("search with filters", `/${language}/search?city=${any(data.cities)}&category=${any(data.categories)}${Math.random() < 0.3 ? "&instant=true" : ""}`);
    } else if (dice < 45) {
        get("search with words", `/${language}/search?q=${encodeURIComponent(any(words))}`);
    } else if (dice < 62) {
        get("provider", `/${language}/providers/${any(data.services).provider}`);
    } else if (dice < 74) {
        const service = any(data.services);
        get("slots API", `/api/v1/providers/${service.provider}/slots?service=${service.id}`);
    } else if (dice < 84) {
        get("services API", `/api/v1/services?limit=20&city=${any(data.cities)}`);
    } else if (dice < 92) {
        get("suggestions", `/${language}/suggestions?q=${encodeURIComponent(any(typed))}`);
    } else if (dice < 97) {
        get("my bookings", Math.random() < 0.5 ? `/${language}/bookings` : "/api/v1/bookings", any(data.sessions));
    } else {
        book(data);
    }
    sleep(1);
}
