package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/live"
	"khadamat/internal/recon/workspace"

	"github.com/coder/websocket"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// protocol is the AsyncAPI document as a client reads it: the schemas of its messages by type, those of each direction.
type protocol struct {
	heard, said map[string]*jsonschema.Schema
}

// readProtocol fetches the document. What the server says must have nothing that is not in it, which is stricter than clients are asked to be.
func readProtocol(t testing.TB, c *client) protocol {
	t.Helper()
	answer := c.get(prefix + "/asyncapi.yaml").want(http.StatusOK)
	var document map[string]any
	if err := yaml.Unmarshal(answer.body, &document); err != nil {
		t.Fatal(err)
	}
	if document["asyncapi"] != "3.0.0" {
		t.Errorf("AsyncAPI %v", document["asyncapi"])
	}
	closeObjects(document["components"])
	content, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := jsonschema.UnmarshalJSON(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("asyncapi.json", plain); err != nil {
		t.Fatal(err)
	}
	p := protocol{map[string]*jsonschema.Schema{}, map[string]*jsonschema.Schema{}}
	messages := at(document, "components", "messages").(map[string]any)
	for operation, into := range map[string]map[string]*jsonschema.Schema{"hear": p.heard, "say": p.said} {
		for _, reference := range at(document, "operations", operation, "messages").([]any) {
			pointer := reference.(map[string]any)["$ref"].(string)
			name := pointer[strings.LastIndex(pointer, "/")+1:]
			if at(document, "channels", "project", "messages", name, "$ref") != "#/components/messages/"+name {
				t.Errorf("the channel does not know %s", name)
			}
			schema, err := compiler.Compile("asyncapi.json#/components/messages/" + name + "/payload")
			if err != nil {
				t.Fatal(err)
			}
			into[at(messages, name, "payload", "properties", "type", "const").(string)] = schema
		}
	}
	return p
}

func at(value any, path ...string) any {
	for _, name := range path {
		value = value.(map[string]any)[name]
	}
	return value
}

// closeObjects forbids what the schemas of objects do not name.
func closeObjects(value any) {
	switch v := value.(type) {
	case map[string]any:
		if _, has := v["properties"]; has && v["type"] == "object" {
			v["additionalProperties"] = false
		}
		for _, inner := range v {
			closeObjects(inner)
		}
	case []any:
		for _, inner := range v {
			closeObjects(inner)
		}
	}
}

func (p protocol) check(schemas map[string]*jsonschema.Schema, message []byte) error {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(message))
	if err != nil {
		return err
	}
	object, _ := value.(map[string]any)
	kind, _ := object["type"].(string)
	schema, known := schemas[kind]
	if !known {
		return fmt.Errorf("there is no message %q", kind)
	}
	return schema.Validate(value)
}

// follower is a client of its own, made from the document alone. It checks all that it hears.
type follower struct {
	t        *testing.T
	ctx      context.Context
	conn     *websocket.Conn
	protocol protocol
	last     heard
}

// heard is any message of the server.
type heard struct {
	Type string
	Data struct {
		You, Person, By live.Person
		Seat, Role      string
		People          []live.Presence
		Here            bool
		Item            *string
		Items           []string
		Action, Text    string
		Code, Message   string
		To              string
		Allowed         []string
		State           string
		Until           time.Time
		Now             time.Time
	}
}

func (h *house) dialProject(ctx context.Context, c *client, server *httptest.Server, project string) (*websocket.Conn, *http.Response, error) {
	return websocket.Dial(ctx, "ws"+strings.TrimPrefix(server.URL, "http")+reconProjects+project+"/live", &websocket.DialOptions{HTTPClient: c.http, HTTPHeader: c.header})
}

// follow connects to a project and reads the greeting.
func (h *house) follow(t *testing.T, ctx context.Context, c *client, project string) *follower {
	t.Helper()
	return h.followAt(t, ctx, c, h.server, project)
}

func (h *house) followAt(t *testing.T, ctx context.Context, c *client, server *httptest.Server, project string) *follower {
	t.Helper()
	conn, answer, err := h.dialProject(ctx, c, server, project)
	if err != nil {
		content, _ := io.ReadAll(answer.Body)
		t.Fatalf("dial: %v: %s", err, content)
	}
	t.Cleanup(func() { conn.CloseNow() })
	f := &follower{t: t, ctx: ctx, conn: conn, protocol: readProtocol(t, c)}
	if f.next(); f.last.Type != "hello" {
		t.Fatalf("first came %s", f.last.Type)
	}
	return f
}

// next reads one message, answering pings on the way.
func (f *follower) next() heard {
	f.t.Helper()
	for {
		_, message, err := f.conn.Read(f.ctx)
		if err != nil {
			f.t.Fatalf("reading: %v", err)
		}
		if err := f.protocol.check(f.protocol.heard, message); err != nil {
			f.t.Fatalf("%s is not as documented: %v", message, err)
		}
		f.last = heard{}
		if err := json.Unmarshal(message, &f.last); err != nil {
			f.t.Fatal(err)
		}
		if f.last.Type != "ping" {
			return f.last
		}
		f.say(`{"type":"pong"}`)
	}
}

// until reads on to the next message of a type.
func (f *follower) until(kind string) heard {
	f.t.Helper()
	for f.next().Type != kind {
	}
	return f.last
}

// say sends a message that has to be as documented.
func (f *follower) say(message string) {
	f.t.Helper()
	if err := f.protocol.check(f.protocol.said, []byte(message)); err != nil {
		f.t.Fatalf("%s is not as documented: %v", message, err)
	}
	f.send(message)
}

func (f *follower) send(message string) {
	f.t.Helper()
	if err := f.conn.Write(f.ctx, websocket.MessageText, []byte(message)); err != nil {
		f.t.Fatal(err)
	}
}

func (f *follower) closed() (websocket.StatusCode, string) {
	f.t.Helper()
	for {
		if _, _, err := f.conn.Read(f.ctx); err != nil {
			var closing websocket.CloseError
			if f.ctx.Err() != nil {
				f.t.Fatal("it stays open")
			}
			if errors.As(err, &closing) {
				return closing.Code, closing.Reason
			}
			return websocket.CloseStatus(err), ""
		}
	}
}

func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// TestASecondClientSeesWhatTheFirstDoes goes through the protocol with two people and three connections.
func TestASecondClientSeesWhatTheFirstDoes(t *testing.T) {
	h := newHouse(t)
	h.working(t)
	ctx := within(t)
	analyst, reviewer, _ := h.financiers(t)
	project := h.project(t, analyst, reviewer)
	nadia := h.signedIn(t, analyst)
	h.finished(t, nadia, project.ID)
	var open ReconItems
	nadia.get("/recon/projects/" + project.ID + "/items?status=open").want(http.StatusOK).into(&open)
	item := open.Items[0].ID

	first := h.follow(t, ctx, nadia, project.ID)
	if first.last.Data.You.Name != "Nadia Tazi" || first.last.Data.Role != "owner" || !first.last.Data.Now.Equal(h.clock.Now()) {
		t.Errorf("hello: %+v", first.last.Data)
	}
	first.say(`{"type":"look","data":{"item":"` + item + `"}}`)
	for first.until("presence").Data.Item == nil {
	}
	second := h.follow(t, ctx, h.signedIn(t, reviewer), project.ID)
	here := false
	for _, p := range second.last.Data.People {
		here = here || p.Person.Name == "Nadia Tazi" && p.Item != nil && *p.Item == item
	}
	if !here {
		t.Errorf("the second hears of %+v", second.last.Data.People)
	}
	for first.until("presence").Data.Person.Name != "Karim Bennis" {
	}

	second.say(`{"type":"lock","data":{"item":"` + item + `"}}`)
	if got := first.until("locked").Data; got.Item == nil || *got.Item != item || got.By.Name != "Karim Bennis" || !got.Until.After(h.clock.Now()) {
		t.Errorf("locked: %+v", got)
	}
	second.until("locked")
	first.say(`{"type":"lock","data":{"item":"` + item + `"}}`)
	if got := first.until("error").Data; got.Code != "conflict" || got.To != "lock" || got.Item == nil || *got.Item != item || !strings.Contains(got.Message, "Karim Bennis") {
		t.Errorf("a lock that another holds: %+v", got)
	}
	nadia.post("/recon/projects/"+project.ID+"/decisions", map[string]any{"action": "explain", "items": []string{item}, "reason": "Frais bancaires"}).problem(http.StatusConflict)
	second.say(`{"type":"unlock","data":{"item":"` + item + `"}}`)
	first.until("unlocked")
	nadia.post("/recon/projects/"+project.ID+"/decisions", map[string]any{"action": "explain", "items": []string{item}, "reason": "Frais bancaires"}).want(http.StatusOK)
	if got := second.until("decided").Data; got.Action != "explain" || len(got.Items) != 1 || got.Items[0] != item || got.By.Name != "Nadia Tazi" {
		t.Errorf("decided: %+v", got)
	}
	nadia.post("/recon/projects/"+project.ID+"/decisions", map[string]any{"action": "comment", "items": []string{item}, "note": "Vu avec la banque."}).want(http.StatusOK)
	if got := second.until("commented").Data; got.Text != "Vu avec la banque." {
		t.Errorf("commented: %+v", got)
	}

	// Who leaves lets go.
	second.say(`{"type":"lock","data":{"item":"` + item + `"}}`)
	first.until("locked")
	if err := second.conn.Close(websocket.StatusNormalClosure, ""); err != nil {
		t.Errorf("closing: %v", err)
	}
	first.until("unlocked")
	for got := first.until("presence").Data; got.Here || got.Person.Name != "Karim Bennis"; got = first.until("presence").Data {
	}
}

// TestOneConnectionHoldsFewItemsAtATime: beyond the bound a lock is refused until others have run out or were given back.
func TestOneConnectionHoldsFewItemsAtATime(t *testing.T) {
	h := newHouse(t)
	h.working(t)
	ctx := within(t)
	analyst, reviewer, _ := h.financiers(t)
	project := h.project(t, analyst, reviewer)
	c := h.signedIn(t, analyst)
	h.finished(t, c, project.ID)
	var items ReconItems
	c.get("/recon/projects/" + project.ID + "/items").want(http.StatusOK).into(&items)
	f := h.follow(t, ctx, c, project.ID)
	lock := func(i int) { f.say(`{"type":"lock","data":{"item":"` + items.Items[i].ID + `"}}`) }
	for i := range maxLocks {
		lock(i)
		f.until("locked")
	}
	lock(maxLocks)
	if got := f.until("error").Data; got.Code != "conflict" || *got.Item != items.Items[maxLocks].ID {
		t.Errorf("one more: %+v", got)
	}
	lock(0)
	f.until("locked") // what is held can be held on to
	h.clock.Advance(time.Minute)
	lock(maxLocks)
	f.until("locked")
}

func TestTwoNodesAreOneRoom(t *testing.T) {
	h := newHouse(t)
	ctx := within(t)
	analyst, reviewer, _ := h.financiers(t)
	project := h.project(t, analyst, reviewer)
	other := *h
	other.hub = live.New(h.broker, live.Options{Clock: h.clock})
	there := httptest.NewServer(other.handler())
	defer there.Close()
	defer other.hub.Drain()
	here := h.follow(t, ctx, h.signedIn(t, analyst), project.ID)
	far := h.followAt(t, ctx, h.signedIn(t, reviewer), there, project.ID)
	if people := far.last.Data.People; len(people) != 1 || people[0].Person.Name != "Nadia Tazi" {
		t.Errorf("the other node knows %+v", people)
	}
	far.say(`{"type":"look","data":{"item":"abc"}}`)
	for got := here.until("presence").Data; got.Item == nil || *got.Item != "abc" || got.Person.Name != "Karim Bennis"; got = here.until("presence").Data {
	}
	far.say(`{"type":"look","data":{"item":null}}`)
	for got := here.until("presence").Data; got.Item != nil || got.Person.Name != "Karim Bennis"; got = here.until("presence").Data {
	}
}

func TestWhatIsNoMessageIsAnsweredWithWhatThereIs(t *testing.T) {
	h := newHouse(t)
	ctx := within(t)
	analyst, reviewer, _ := h.financiers(t)
	project := h.project(t, analyst, reviewer)
	f := h.follow(t, ctx, h.signedIn(t, analyst), project.ID)
	for _, message := range []string{`{"type":"dance"}`, `hello`, `[]`, `{}`, `{"type":7}`, `null`, "\xff", `{"type":"lock","type":"lock"}`, `{"Type":"pong"}`} {
		f.send(message)
		if got := f.until("error").Data; got.Code != "invalid" || strings.Join(got.Allowed, " ") != "look lock unlock pong" || got.Message == "" {
			t.Errorf("%s: %+v", message, got)
		}
	}
	for _, message := range []string{`{"type":"lock"}`, `{"type":"lock","data":{}}`, `{"type":"lock","data":{"item":""}}`, `{"type":"unlock","data":{"item":null}}`, `{"type":"look","data":{"item":"a b"}}`,
		`{"type":"look","data":{"ITEM":"a"}}`, `{"type":"look","data":{"item":"a","more":1}}`, `{"type":"pong","data":1}`, `{"type":"lock","data":{"item":"` + strings.Repeat("a", 129) + `"}}`} {
		f.send(message)
		if got := f.until("error").Data; got.Code != "invalid" || got.To == "" || got.Item != nil {
			t.Errorf("%s: %+v", message, got)
		}
	}
	f.say(`{"type":"lock","data":{"item":"nothing"}}`)
	if got := f.until("error").Data; got.Code != "not_found" && got.Code != "conflict" {
		t.Errorf("an item that there is not: %+v", got)
	}
	for i := range maxUnruly {
		// What is wrong a hundred times over, the ones above included, is shown the door.
		if err := f.conn.Write(ctx, websocket.MessageText, []byte(`{}`)); err != nil {
			t.Logf("ended after %d", i)
			break
		}
	}
	if code, reason := f.closed(); code != websocket.StatusPolicyViolation {
		t.Errorf("closed with %d %s", code, reason)
	}
}

func TestTheSocketIsItsMembers(t *testing.T) {
	h := newHouse(t)
	ctx := within(t)
	analyst, reviewer, outsider := h.financiers(t)
	project := h.project(t, analyst, reviewer)
	refused := func(c *client, project string, want int) {
		t.Helper()
		_, answer, err := h.dialProject(ctx, c, h.server, project)
		if err == nil || answer.StatusCode != want || answer.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("got %v, %v, want %d", answer, err, want)
		}
	}
	refused(h.visitor(t), project.ID, http.StatusUnauthorized)
	refused(h.signedIn(t, outsider), project.ID, http.StatusNotFound)
	refused(h.signedIn(t, h.customer), project.ID, http.StatusForbidden)
	refused(h.signedIn(t, analyst), ids.New(), http.StatusNotFound)
	refused(h.signedIn(t, analyst), "nothing", http.StatusNotFound)
	refused(h.signedIn(t, analyst).with("Origin", "https://elsewhere.test"), project.ID, http.StatusForbidden)
	h.signedIn(t, analyst).get("/recon/projects/" + project.ID + "/live").problem(http.StatusUpgradeRequired)
}

// beating is a house whose sockets are pinged all the time.
func beating(t *testing.T, h *house) (*house, *httptest.Server) {
	t.Helper()
	quick := *h
	quick.hub = live.New(h.broker, live.Options{Clock: h.clock, PingEvery: 5 * time.Millisecond})
	server := httptest.NewServer(quick.handler())
	t.Cleanup(func() { quick.hub.Drain(); server.Close() })
	return &quick, server
}

func TestWhoSaysNothingIsGone(t *testing.T) {
	h := newHouse(t)
	ctx := within(t)
	analyst, reviewer, _ := h.financiers(t)
	project := h.project(t, analyst, reviewer)
	quick, server := beating(t, h)
	silent := quick.followAt(t, ctx, h.signedIn(t, analyst), server, project.ID)
	if code, reason := silent.closed(); code != websocket.StatusPolicyViolation || !strings.HasPrefix(reason, "silent") {
		t.Errorf("closed with %d %s", code, reason)
	}
	if people := quick.hub.People(workspace.Topic(project.ID)); len(people) != 0 {
		t.Errorf("still here: %+v", people)
	}
}

func TestWhoIsNoMemberAnyMoreIsShownOut(t *testing.T) {
	h := newHouse(t)
	ctx := within(t)
	analyst, reviewer, _ := h.financiers(t)
	project := h.project(t, analyst, reviewer)
	quick, server := beating(t, h)
	member := quick.followAt(t, ctx, h.signedIn(t, reviewer), server, project.ID)
	h.signedIn(t, analyst).delete("/recon/projects/" + project.ID + "/members/" + reviewer.ID).want(http.StatusNoContent)
	for {
		_, message, err := member.conn.Read(ctx)
		if err != nil {
			if code := websocket.CloseStatus(err); code != websocket.StatusPolicyViolation || !strings.Contains(err.Error(), "no longer a member") {
				t.Errorf("closed with %v", err)
			}
			return
		}
		if bytes.Contains(message, []byte(`"ping"`)) {
			_ = member.conn.Write(ctx, websocket.MessageText, []byte(`{"type":"pong"}`))
		}
	}
}

// FuzzSaying: what the server takes as a message is what the document says, no more and no less.
func FuzzSaying(f *testing.F) {
	h := newHouse(f)
	p := readProtocol(f, h.visitor(f))
	for _, seed := range []string{`{"type":"pong"}`, `{"type":"look","data":{"item":null}}`, `{"type":"lock","data":{"item":"a~1.b:c-d_e"}}`, `{"data":{"item":"x"},"type":"unlock"}`, `{"type":"pong","data":null}`, ` {"type" : "pong"} x`, `{"type":"look","data":{"item":1}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		_, err := parseSaying(message)
		documented := inspect(message) == nil && json.Valid(message) && p.check(p.said, message) == nil
		if taken := err == nil; taken != documented {
			t.Fatalf("%q is taken: %v, documented: %v", message, taken, documented)
		}
	})
}
