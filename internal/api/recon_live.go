package api

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/httpx"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/live"
	"khadamat/internal/recon/workspace"

	"github.com/coder/websocket"
	"github.com/danielgtaylor/huma/v2"
)

// What docs/asyncapi.yaml promises about limits.
const (
	maxSilentBeats  = 2
	maxUnruly       = 100
	maxLocks        = 10
	liveMessages    = 600
	liveMessagesPer = time.Minute
)

// Where the projects and their sockets are.
const (
	reconProjects = prefix + "/recon/projects/"
	reconLivePath = reconProjects + "{id}/live"
)

// itemForm is what the id of an item looks like.
var itemForm = regexp.MustCompile(`^[A-Za-z0-9_.~:-]{1,128}$`)

// passedOn are the events of a project that its members hear of as they are.
var passedOn = []string{"locked", "unlocked", "decided", "commented", "run.progress", "run.finished", "changed"}

// spoken are the types of messages that clients send.
var spoken = []string{"look", "lock", "unlock", "pong"}

// frame is a message of the socket, in either direction.
type frame struct {
	Type string `json:"type"`
	Data any    `json:"data,omitempty"`
}

// greeting is the data of "hello".
type greeting struct {
	You         live.Person     `json:"you"`
	Seat        string          `json:"seat"`
	Role        workspace.Role  `json:"role"`
	Now         time.Time       `json:"now"`
	PingSeconds float64         `json:"ping_seconds"`
	People      []live.Presence `json:"people"`
}

// failure is the data of "error".
type failure struct {
	Code    errs.Code `json:"code"`
	Message string    `json:"message"`
	To      string    `json:"to,omitempty"`
	Item    string    `json:"item,omitempty"`
	Allowed []string  `json:"allowed,omitempty"`
}

// reconSession is a member's end of the socket of a project. docs/asyncapi.yaml says what is spoken on it.
type reconSession struct {
	call    *call
	actor   account.Actor
	project workspace.Project
	me      live.Presence
	locks   map[string]time.Time // items that this connection has locked, and until when
	silent  int                  // beats since the client last said something
	unruly  int                  // messages that were no good
}

// serveReconLive opens the socket of a project to its members.
func (a *api) serveReconLive(w http.ResponseWriter, r *http.Request) {
	s, err := a.newReconSession(r)
	if err != nil {
		renderError(w, r, err)
		return
	}
	if err := live.ServeSession(a.Hub, w, r, s, s.topic()); err != nil {
		renderError(w, r, errs.Wrap(err, errs.Unavailable, "error.unavailable"))
	}
}

func (a *api) newReconSession(r *http.Request) (*reconSession, error) {
	c := callIn(r.Context())
	actor, err := c.who()
	if err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	if err := knownForm(id); err != nil {
		return nil, err
	}
	project, err := a.Recon.Project(r.Context(), actor, id)
	if err != nil {
		return nil, err
	}
	if err := fitForSocket(r); err != nil {
		return nil, err
	}
	person, err := a.Accounts.Account(r.Context(), actor.ID)
	if err != nil {
		return nil, err
	}
	return &reconSession{call: c, actor: actor, project: project, locks: map[string]time.Time{},
		me: live.Presence{Seat: ids.New(), Person: live.Person{ID: person.ID, Name: person.Name}, Here: true}}, nil
}

func (s *reconSession) topic() string { return workspace.Topic(s.project.ID) }

// Open greets, and tells the others who came.
func (s *reconSession) Open(ctx context.Context) ([]byte, error) {
	hub := s.call.api.Hub
	people := hub.People(s.topic())
	s.announce(ctx)
	return encode(frame{"hello", greeting{You: s.me.Person, Seat: s.me.Seat, Role: s.project.Mine, Now: s.now(),
		PingSeconds: hub.PingEvery().Seconds(), People: people}}), nil
}

func (s *reconSession) now() time.Time { return s.call.api.Clock.Now().UTC() }

// announce says where this member is. Nobody learns of it where that fails, and it is said again soon.
func (s *reconSession) announce(ctx context.Context) {
	if err := s.call.api.Hub.Announce(s.topic(), s.me); err != nil {
		s.call.api.Logger.WarnContext(ctx, "a presence was not announced", slog.Any("error", err))
	}
}

// Event passes on what concerns members.
func (s *reconSession) Event(e live.Event) []byte {
	switch {
	case e.Type == live.Resync:
		return encode(frame{Type: live.Resync})
	case e.Type == live.Present || slices.Contains(passedOn, e.Type):
		return encode(frame{e.Type, e.Data})
	}
	return nil
}

// Beat asks whether somebody is still there, and whether they may be.
func (s *reconSession) Beat(ctx context.Context) ([]byte, error) {
	if s.silent++; s.silent > maxSilentBeats {
		return nil, refused("silent: a pong is expected for every ping")
	}
	switch _, err := s.call.api.Recon.Project(ctx, s.actor, s.project.ID); errs.CodeOf(err) {
	case errs.NotFound, errs.Forbidden, errs.Unauthenticated:
		return nil, refused("no longer a member")
	}
	return encode(frame{"ping", map[string]time.Time{"now": s.now()}}), nil
}

func refused(why string) error {
	return &live.Farewell{Code: int(websocket.StatusPolicyViolation), Reason: why}
}

// Close frees what this connection held. The others hear of it, and of the leaving.
func (s *reconSession) Close(ctx context.Context) {
	s.forgetLocks()
	for item := range s.locks {
		if err := s.call.api.Recon.Unlock(ctx, s.actor, s.project.ID, item); err != nil && errs.CodeOf(err) == errs.Internal {
			s.call.api.Logger.WarnContext(ctx, "a lock was not given back", slog.Any("error", err))
		}
	}
	s.me.Here, s.me.Item = false, nil
	s.announce(ctx)
}

// Receive does what the client says, or says why not.
func (s *reconSession) Receive(ctx context.Context, message []byte) ([]byte, error) {
	s.silent = 0
	if err := s.call.api.limiter.Allow(s.actor.ID, httpx.Limit{Name: "live", Count: liveMessages, Per: liveMessagesPer}).Err(); err != nil {
		return s.scold(ctx, err, saying{})
	}
	said, err := parseSaying(message)
	if err != nil {
		return s.scold(ctx, err, said)
	}
	if err := s.do(ctx, said); err != nil {
		return s.complaint(ctx, err, said), nil
	}
	return nil, nil
}

// saying is a message of a client.
type saying struct {
	kind string // one of spoken; empty where it is not known
	item string // empty: none
}

var (
	errMalformed   = errs.New(errs.Invalid, "recon_api.message_malformed")
	errUnknownKind = errs.New(errs.Invalid, "recon_api.message_unknown")
	errNoItem      = errs.New(errs.Invalid, "recon_api.message_item")
)

// parseSaying reads a message as strictly as the document describes it.
func parseSaying(message []byte) (saying, error) {
	if inspect(message) != nil {
		return saying{}, errMalformed
	}
	outer, err := properties(message)
	if err != nil {
		return saying{}, err
	}
	var said saying
	if json.Unmarshal(outer["type"], &said.kind) != nil {
		return saying{}, errMalformed
	}
	if !slices.Contains(spoken, said.kind) {
		return saying{}, errUnknownKind.With(errs.Args{"Types": strings.Join(spoken, ", ")})
	}
	data, has := outer["data"]
	if len(outer) > 2 || has == (said.kind == "pong") {
		return said, errMalformed
	}
	if said.kind == "pong" {
		return said, nil
	}
	inner, err := properties(data)
	if err != nil || len(inner) != 1 || inner["item"] == nil {
		return said, errNoItem
	}
	if said.kind == "look" && string(inner["item"]) == "null" {
		return said, nil
	}
	var item string
	if json.Unmarshal(inner["item"], &item) != nil || !itemForm.MatchString(item) {
		return said, errNoItem
	}
	said.item = item
	return said, nil
}

// properties takes an object apart; unlike a struct, a map knows upper case from lower case.
func properties(content []byte) (map[string]json.RawMessage, error) {
	var all map[string]json.RawMessage
	if json.Unmarshal(content, &all) != nil || all == nil {
		return nil, errMalformed
	}
	return all, nil
}

func (s *reconSession) do(ctx context.Context, said saying) error {
	switch said.kind {
	case "look":
		s.me.Item = nil
		if said.item != "" {
			s.me.Item = &said.item
		}
		s.announce(ctx)
	case "pong":
		s.announce(ctx)
	case "lock":
		return s.lock(ctx, said.item)
	case "unlock":
		if err := s.call.api.Recon.Unlock(ctx, s.actor, s.project.ID, said.item); err != nil {
			return err
		}
		delete(s.locks, said.item)
	}
	return nil
}

func (s *reconSession) lock(ctx context.Context, item string) error {
	s.forgetLocks()
	if _, held := s.locks[item]; !held && len(s.locks) >= maxLocks {
		return errs.New(errs.Conflict, "recon_api.too_many_locks").With(errs.Args{"Max": maxLocks})
	}
	lock, err := s.call.api.Recon.Lock(ctx, s.actor, s.project.ID, item)
	if err != nil {
		return err
	}
	s.locks[item] = lock.Until
	return nil
}

// forgetLocks forgets those that have run out.
func (s *reconSession) forgetLocks() {
	maps.DeleteFunc(s.locks, func(_ string, until time.Time) bool { return !s.now().Before(until) })
}

// scold complains about a message that no good client sends, and ends the connection where there are too many of them.
func (s *reconSession) scold(ctx context.Context, err error, said saying) ([]byte, error) {
	if s.unruly++; s.unruly >= maxUnruly {
		return nil, refused("too many messages that are no good")
	}
	return s.complaint(ctx, err, said), nil
}

// complaint says what was not done and why.
func (s *reconSession) complaint(ctx context.Context, err error, said saying) []byte {
	p := problemOf(ctx, err)
	message := p.Title
	if p.Detail != "" {
		message = p.Detail
	}
	data := failure{Code: p.Code, Message: message, To: said.kind, Item: said.item}
	if said.kind == "" && p.Code == errs.Invalid {
		data.Allowed = spoken
	}
	return encode(frame{"error", data})
}

// describeReconLive puts the socket into the OpenAPI document; what is spoken on it stands in the AsyncAPI document.
func (a *api) describeReconLive() {
	a.order = append(a.order, "recon-live")
	a.huma.OpenAPI().AddOperation(&huma.Operation{
		OperationID: "recon-live", Method: http.MethodGet, Path: "/recon/projects/{id}/live", Tags: []string{tagRecon}, Summary: "Work on a project together",
		Description: "A WebSocket: who is here and what they look at, locks, decisions, comments, the progress of runs. /api/v1/asyncapi.yaml says what is spoken on it.",
		Parameters:  []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}}},
		Security:    []map[string][]string{{"session": {}}, {"token": {}}},
		Responses: map[string]*huma.Response{"101": {Description: "Switching Protocols"}, "401": problemResponse(http.StatusUnauthorized),
			"400": problemResponse(http.StatusBadRequest), "406": problemResponse(http.StatusNotAcceptable), "500": problemResponse(http.StatusInternalServerError),
			"403": problemResponse(http.StatusForbidden), "404": problemResponse(http.StatusNotFound), "426": problemResponse(http.StatusUpgradeRequired),
			"429": problemResponse(http.StatusTooManyRequests), "503": problemResponse(http.StatusServiceUnavailable)},
	})
}
