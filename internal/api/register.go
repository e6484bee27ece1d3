package api

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"khadamat/internal/platform/errs"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// maxBodyBytes bounds what the API reads: its largest honest body is a note of a thousand letters.
const maxBodyBytes = 64 << 10

// audience says whom an operation answers, and so who may keep the answer.
type audience string

const (
	forMe      audience = "private, no-store"   // whoever is signed in
	forAll     audience = "public, max-age=30"  // anybody, a moment old is fine
	forLong    audience = "public, max-age=300" // anybody, what hardly ever changes
	forAllNow  audience = "no-cache"            // anybody, always asked for anew: free times
	forVisitor audience = "no-store"            // anybody, about to become somebody
)

func (a audience) open() bool { return a != forMe }

// The sections of the reference.
const (
	tagAuth          = "Sign-in"
	tagMe            = "Me"
	tagCatalog       = "Catalog"
	tagBookings      = "Bookings"
	tagReviews       = "Reviews"
	tagQuotes        = "Quotes"
	tagDisputes      = "Disputes"
	tagFavourites    = "Favourites"
	tagNotifications = "Notifications"
	tagProvider      = "Provider"
	tagOperators     = "Operators"
	tagFinance       = "Finance"
	tagRecon         = "Reconciliation"
	tagLive          = "Live"
)

// add registers an operation: what it says of itself in the OpenAPI document, who may call it, and who may keep its answers.
func add[I, O any](a *api, to audience, operation huma.Operation, handle func(context.Context, *call, *I) (*O, error)) {
	a.order = append(a.order, operation.OperationID)
	if operation.MaxBodyBytes == 0 {
		operation.MaxBodyBytes = maxBodyBytes
	}
	operation.Errors = errorsOf(operation, to)
	operation.Middlewares = huma.Middlewares{func(ctx huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(ctx)
		if err := admit(r, to); err != nil {
			renderError(w, r, err)
			return
		}
		h := w.Header()
		h.Set("Cache-Control", string(to))
		h.Add("Vary", "Accept-Language")
		next(ctx)
	}}
	if to == forMe {
		operation.Security = []map[string][]string{{"session": {}}, {"token": {}}}
	}
	huma.Register(a.huma, operation, func(ctx context.Context, in *I) (*O, error) { return handle(ctx, callIn(ctx), in) })
}

// admit decides before anything of the request is read.
func admit(r *http.Request, to audience) error {
	if !acceptsJSON(r.Header.Values("Accept")) {
		return refusal{status: http.StatusNotAcceptable, cause: errs.New(errs.Invalid, "api.not_acceptable")}
	}
	if to.open() {
		return nil
	}
	c := callIn(r.Context())
	if _, err := c.who(); err != nil {
		return err
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil
	}
	return c.limitWrites()
}

// acceptsJSON says whether one of the media ranges takes JSON (RFC 9110, 12.5.1). A client that says nothing takes anything.
func acceptsJSON(accept []string) bool {
	for _, header := range accept {
		for mediaRange := range strings.SplitSeq(header, ",") {
			kind, parameters, _ := strings.Cut(mediaRange, ";")
			switch strings.ToLower(strings.TrimSpace(kind)) {
			case "application/json", "application/problem+json", "application/*", "*/*", "":
				if quality := strings.ReplaceAll(parameters, " ", ""); quality != "q=0" && quality != "q=0.0" {
					return true
				}
			}
		}
	}
	return len(accept) == 0
}

// errorsOf completes the errors that an operation names with those that follow from its form.
func errorsOf(operation huma.Operation, to audience) []int {
	all := append([]int{http.StatusBadRequest, http.StatusNotAcceptable, http.StatusTooManyRequests, http.StatusInternalServerError}, operation.Errors...)
	if to == forMe {
		all = append(all, http.StatusUnauthorized)
	}
	if strings.Contains(operation.Path, "{") {
		all = append(all, http.StatusNotFound)
	}
	if operation.Method == http.MethodPost || operation.Method == http.MethodPut {
		all = append(all, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity, http.StatusForbidden)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func humaConfig() huma.Config {
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "Khadamat API", Version: "1", Description: introduction, License: &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}},
			Servers: []*huma.Server{{URL: prefix}},
			Tags: []*huma.Tag{
				{Name: tagAuth, Description: "Becoming somebody, and nobody again."},
				{Name: tagMe, Description: "Your own account and the tokens of your programs."},
				{Name: tagCatalog, Description: "What the market offers, open to everybody."},
				{Name: tagBookings, Description: "The life of a booking, for its customer and its provider, and what the two write to each other."},
				{Name: tagReviews, Description: "What the two sides of a booking say about each other once it is done."},
				{Name: tagQuotes, Description: "Jobs without a price yet: a customer posts one, providers answer with offers, and accepting the other side's last proposal makes a booking."},
				{Name: tagDisputes, Description: "Where the two sides of a booking cannot agree, and an operator decides."},
				{Name: tagFavourites, Description: "The providers that you want to find again. Nobody else sees them."},
				{Name: tagNotifications, Description: "What you were told, and what you want to hear of."},
				{Name: tagProvider, Description: "For the account that runs a provider: figures, photos, other calendars."},
				{Name: tagOperators, Description: "For moderators and admins; 403 for everybody else."},
				{Name: tagFinance, Description: "The house's money: what is proven, cases and how two people settle them, the ledger, payments, payouts. For the accounts of finance and reviewers, and admins."},
				{Name: tagRecon, Description: "378: projects with two and more sources, their runs, what people decide, sign-off. For the accounts of finance people; a project is seen by its members."},
				{Name: tagLive, Description: "Changes, as they happen."},
			},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"session": {Type: "apiKey", In: "cookie", Name: "__Host-kh_access", Description: "Set by sign-up, sign-in and refresh; kh_access on plain http at a loopback host."},
					"token":   {Type: "http", Scheme: "bearer", Description: "A personal access token, kh_…"},
				},
			},
		},
		Formats:       map[string]huma.Format{"application/json": jsonFormat, "json": jsonFormat},
		DefaultFormat: "application/json",
	}
}

const introduction = "The marketplace as programs see it. Most of what the pages do can be done here.\n\n" +
	"**Signing in.** A browser signs in with `POST /auth/login` and then holds two cookies that no script can read: an access token that is " +
	"good for 15 minutes, and a refresh token. When the first has expired, operations that need somebody answer 401: call `POST /auth/refresh` " +
	"and try again. A refresh token works once, and one that comes a second time ends its session everywhere: refresh in one place at a time.\n\n" +
	"**Programs** send a personal access token instead, `Authorization: Bearer kh_…`, made at `POST /me/tokens`.\n\n" +
	"**Lists** answer `{items, next_cursor}`. Send `next_cursor` back as `cursor` for the next page; it is null on the last one.\n\n" +
	"**Times** are RFC 3339 in UTC; send any offset.\n\n" +
	"**Money** is `{amount_minor, currency}`: 15000 and MAD are 150 dirhams.\n\n" +
	"**Languages.** Texts and messages come in the language of `?lang=` (fr, ar, en), else of `Accept-Language`, else in French.\n\n" +
	"**Errors** are `application/problem+json` (RFC 9457) with a code for programs and, in `errors`, every input at fault. What is not yours does not exist: 404.\n\n" +
	"**Creating twice.** POSTs that create take an `Idempotency-Key`: the same key and body is answered as the first time, the same key with another body is refused with 409.\n\n" +
	"**Photos** are sent as `multipart/form-data` in the field `photo`: a JPEG, PNG, GIF or WebP of 15 MB at most.\n\n" +
	"**Caching.** GET answers carry an `ETag`; send it back as `If-None-Match`.\n\n" +
	"**Limits** answer 429 with `Retry-After`."

// Creation is the header of an operation that makes something.
type Creation struct {
	IdempotencyKey string `header:"Idempotency-Key" doc:"Your own name for this creation, up to 200 printable ASCII characters: asked again with it, the answer is the same and nothing is made twice" example:"6f1c2d9e-booking-1"`
}

// List is what every list answers.
type List[T any] struct {
	Items      []T     `json:"items"`
	NextCursor *string `json:"next_cursor" doc:"Where the next page begins; null on the last one"`
}

// answer is an answer with nothing but a body.
type answer[T any] struct{ Body T }

func reply[T any](body T) *answer[T] { return &answer[T]{Body: body} }

// created is an answer with what was made and where it is.
type created[T any] struct {
	Location string `header:"Location" doc:"Where it is"`
	Body     T
}

// PageQuery is which part of a list is asked for.
type PageQuery struct {
	Cursor string `query:"cursor" doc:"next_cursor of the page before"`
	Limit  int    `query:"limit" doc:"1 to 100; 20 where it is left out"`
}

// pageOf is listOf for a list that may go on.
func pageOf[D, W any](from []D, next string, wire func(D) W) List[W] {
	page := listOf(from, wire)
	page.NextCursor = cursorOrNull(next)
	return page
}

// operationsOf returns a short way to describe operations of one section.
func operationsOf(tag string) func(id, method, path, summary, description string, errors ...int) huma.Operation {
	return func(id, method, path, summary, description string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Tags: []string{tag}, Summary: summary, Description: description, Errors: errors}
	}
}

// creating makes an operation answer 201.
func creating(operation huma.Operation) huma.Operation {
	operation.DefaultStatus = http.StatusCreated
	return operation
}

// listOf turns domain values into a list without a further page.
func listOf[D, W any](from []D, wire func(D) W) List[W] {
	items := make([]W, len(from))
	for i, value := range from {
		items[i] = wire(value)
	}
	return List[W]{Items: items}
}

func cursorOrNull(cursor string) *string {
	if cursor == "" {
		return nil
	}
	return &cursor
}

func sorted(values []string) []string {
	slices.Sort(values)
	return values
}
