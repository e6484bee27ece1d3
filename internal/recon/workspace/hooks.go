package workspace

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/idempotency"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/outside"
)

const (
	maxHooks    = 20
	maxHookURL  = 2000
	maxAttempts = 10
	// maxAnswer bounds how much of an answer is read, which lets its connection end in order.
	maxAnswer  = 16 << 10
	maxFailure = 300
)

// deliverJob has a delivery sent.
type deliverJob struct {
	DeliveryID string `json:"delivery_id"`
}

// Kind names the job.
func (deliverJob) Kind() string { return "recon.deliver" }

// Hooks are where programs are told of what happens in a project. Only owners may see them.
func (s *Service) Hooks(ctx context.Context, actor account.Actor, projectID string) ([]Hook, error) {
	if _, err := enter(ctx, s.config.DB, actor, projectID, Owner, ""); err != nil {
		return nil, err
	}
	hooks, err := hooksOf(ctx, s.config.DB, projectID)
	if err != nil {
		return nil, err
	}
	for i := range hooks {
		last, err := deliveriesOf(ctx, s.config.DB, hooks[i].ID, db.Cursor{}, 1)
		if err != nil {
			return nil, err
		}
		if len(last) > 0 {
			hooks[i].Last = &last[0]
		}
	}
	return hooks, nil
}

// addedHook is what the creation of a hook answers.
type addedHook struct {
	Hook   Hook
	Secret string
}

// AddHook adds one and returns the secret that its tellings are signed with, which is shown this once. It returns invalid with the fields url and events.
func (s *Service) AddHook(ctx context.Context, actor account.Actor, projectID string, form HookForm) (Hook, string, error) {
	request := idempotency.Request{Scope: "recon.hook:" + projectID + ":" + actor.ID, Key: form.IdempotencyKey, Body: form}
	var fields errs.Fields
	fields.Check(s.allowed(form.URL), "url", "recon_workspace.bad_hook_url")
	for _, event := range form.Events {
		fields.Check(slices.Contains(HookEvents, event), "events", "recon_workspace.bad_hook_event")
	}
	if err := fields.Err(); err != nil {
		return Hook{}, "", err
	}
	var added addedHook
	err := s.change(ctx, actor, projectID, Owner, func(tx *db.Tx, _ project) (err error) {
		added, _, err = idempotency.Run(ctx, tx, request, func() (addedHook, error) { return s.addHook(ctx, tx, actor.ID, projectID, form) })
		return err
	})
	return added.Hook, added.Secret, err
}

func (s *Service) addHook(ctx context.Context, tx *db.Tx, actorID, projectID string, form HookForm) (addedHook, error) {
	before, err := hooksOf(ctx, tx, projectID)
	if err != nil {
		return addedHook{}, err
	}
	if len(before) >= maxHooks {
		return addedHook{}, errs.New(errs.Conflict, "recon_workspace.too_many_hooks").With(errs.Args{"Max": maxHooks})
	}
	events := slices.Clone(form.Events)
	if slices.Sort(events); len(events) == 0 {
		events = HookEvents
	}
	added := addedHook{Secret: "whsec_" + rand.Text() + rand.Text(),
		Hook: Hook{ID: ids.New(), ProjectID: projectID, URL: strings.TrimSpace(form.URL), Events: slices.Compact(events), CreatedBy: actorID, CreatedAt: tx.Now}}
	if err := insertHook(ctx, tx, added.Hook, added.Secret); err != nil {
		return added, err
	}
	return added, s.record(ctx, tx, actorID, projectID, "recon.hook.added", map[string]any{"hook": added.Hook.ID, "host": hostOf(form.URL), "events": added.Hook.Events})
}

func hostOf(address string) string {
	parsed, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return ""
	}
	return parsed.Host
}

// allowed says whether a hook may have an address: https, or plain http on this machine where that is allowed.
func (s *Service) allowed(address string) bool {
	parsed, err := url.Parse(strings.TrimSpace(address))
	if err != nil || len(address) > maxHookURL || parsed.Host == "" || parsed.User != nil || parsed.Fragment != "" {
		return false
	}
	if parsed.Scheme == "http" && s.config.Outside.AllowLoopback {
		ip, err := netip.ParseAddr(parsed.Hostname())
		return parsed.Hostname() == "localhost" || err == nil && ip.IsLoopback()
	}
	return parsed.Scheme == "https"
}

// RemoveHook forgets one, and what it was told.
func (s *Service) RemoveHook(ctx context.Context, actor account.Actor, hookID string) error {
	hook, _, err := s.ofHook(ctx, actor, hookID)
	if err != nil {
		return err
	}
	return s.change(ctx, actor, hook.ProjectID, Owner, func(tx *db.Tx, _ project) error {
		gone, err := removeHook(ctx, tx, hookID)
		if err != nil {
			return err
		}
		if !gone {
			return errNotFound
		}
		return s.record(ctx, tx, actor.ID, hook.ProjectID, "recon.hook.removed", map[string]any{"hook": hookID})
	})
}

// ofHook returns a hook of a project of the actor's.
func (s *Service) ofHook(ctx context.Context, actor account.Actor, hookID string) (Hook, string, error) {
	if err := MayEnter(actor); err != nil {
		return Hook{}, "", err
	}
	if !ids.Valid(hookID) {
		return Hook{}, "", errNotFound
	}
	hook, secret, removed, err := hookByID(ctx, s.config.DB, hookID)
	if err != nil {
		return hook, "", err
	}
	if removed {
		return Hook{}, "", errNotFound
	}
	_, err = enter(ctx, s.config.DB, actor, hook.ProjectID, Owner, "")
	return hook, secret, err
}

// Deliveries are what a hook was told, the latest first: limit of them, 1 to 100, 20 where it is 0.
func (s *Service) Deliveries(ctx context.Context, actor account.Actor, hookID, cursor string, limit int) (DeliveryPage, error) {
	if _, _, err := s.ofHook(ctx, actor, hookID); err != nil {
		return DeliveryPage{}, err
	}
	limit, before, err := db.ParsePage(limit, cursor)
	if err != nil {
		return DeliveryPage{}, err
	}
	all, err := deliveriesOf(ctx, s.config.DB, hookID, before, limit+1)
	if err != nil || len(all) <= limit {
		return DeliveryPage{Items: all}, err
	}
	last := all[limit-1]
	return DeliveryPage{Items: all[:limit], NextCursor: db.Cursor{At: last.CreatedAt, ID: last.ID}.String()}, nil
}

// Replay sends a delivery again, as a new one with the same body.
func (s *Service) Replay(ctx context.Context, actor account.Actor, deliveryID string) (Delivery, error) {
	if !ids.Valid(deliveryID) {
		return Delivery{}, errNotFound
	}
	before, err := deliveryByID(ctx, s.config.DB, deliveryID)
	if err != nil {
		return before, err
	}
	hook, _, err := s.ofHook(ctx, actor, before.HookID)
	if err != nil {
		return Delivery{}, err
	}
	again := Delivery{ID: ids.New(), HookID: hook.ID, Event: before.Event, Body: before.Body, State: DeliveryWaiting, ReplayOf: before.ID}
	err = s.change(ctx, actor, hook.ProjectID, Owner, func(tx *db.Tx, _ project) error {
		again.CreatedAt = tx.Now
		if err := s.send(ctx, tx, again); err != nil {
			return err
		}
		return s.record(ctx, tx, actor.ID, hook.ProjectID, "recon.hook.replayed", map[string]any{"hook": hook.ID, "delivery": before.ID})
	})
	return again, err
}

// send stores a delivery and enqueues it, as part of tx.
func (s *Service) send(ctx context.Context, tx *db.Tx, d Delivery) error {
	if err := insertDelivery(ctx, tx, d); err != nil {
		return err
	}
	return s.config.Queue.Enqueue(ctx, tx, deliverJob{d.ID})
}

// hook tells a project's hooks of an event, as part of tx.
func (s *Service) hook(ctx context.Context, tx *db.Tx, projectID, event string, data map[string]any) error {
	hooks, err := hooksOf(ctx, tx, projectID)
	if err != nil {
		return err
	}
	for _, hook := range hooks {
		if !slices.Contains(hook.Events, event) {
			continue
		}
		d := Delivery{ID: ids.New(), HookID: hook.ID, Event: event, State: DeliveryWaiting, CreatedAt: tx.Now}
		body, err := json.Marshal(map[string]any{"id": d.ID, "event": event, "at": tx.Now, "project": projectID, "data": data})
		if err != nil {
			return err
		}
		d.Body = string(body)
		if err := s.send(ctx, tx, d); err != nil {
			return err
		}
	}
	return nil
}

// hookRun tells how a run ended, and of the breaks that it found.
func (s *Service) hookRun(ctx context.Context, tx *db.Tx, r run) error {
	data := map[string]any{"run": r.ID, "number": r.Number, "state": r.State}
	if r.Figures != nil {
		data["match_rate"], data["open"], data["suggested"] = r.Figures.MatchRate, r.Figures.Open, r.Figures.Suggested
	}
	if err := s.hook(ctx, tx, r.projectID, "run.finished", data); err != nil {
		return err
	}
	if r.Figures == nil || len(r.Figures.Causes) == 0 {
		return nil
	}
	type cause struct {
		Cause    string `json:"cause"`
		Count    int    `json:"count"`
		Minor    int64  `json:"amount_minor"`
		Currency string `json:"currency"`
	}
	var causes []cause
	for _, part := range r.Figures.Causes {
		causes = append(causes, cause{part.Name, part.Count, part.Amount.Minor, string(part.Amount.Currency)})
	}
	return s.hook(ctx, tx, r.projectID, "break.found", map[string]any{"run": r.ID, "number": r.Number, "causes": causes})
}

// Signature is the header that says who sends: the second in which it was sent, and HMAC-SHA256 with the hook's secret over that, a dot, and the body.
const Signature = "Khadamat-Signature"

// Sign returns the value of the header Signature.
func Sign(secret string, at time.Time, body string) string {
	second := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	io.WriteString(mac, second+"."+body) //nolint:errcheck // a hash takes everything
	return "t=" + second + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}

// deliver sends a delivery. What fails is sent again later, with the same id.
func (s *Service) deliver(ctx context.Context, deliveryID string) error {
	d, err := deliveryByID(ctx, s.config.DB, deliveryID)
	if errs.CodeOf(err) == errs.NotFound || err == nil && d.State != DeliveryWaiting {
		return nil
	}
	if err != nil {
		return err
	}
	hook, secret, removed, err := hookByID(ctx, s.config.DB, d.HookID)
	if err != nil {
		return err
	}
	if removed {
		d.State, d.Failure = DeliveryFailed, "the hook was removed"
		return s.keepDelivery(ctx, d)
	}
	d.Attempts++
	d.Status, err = s.post(ctx, hook.URL, secret, d)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil {
		d.State, d.Failure = DeliveryDone, ""
		return s.keepDelivery(ctx, d)
	}
	d.Failure = err.Error()
	d.Failure = d.Failure[:min(len(d.Failure), maxFailure)]
	if d.Attempts >= maxAttempts {
		d.State = DeliveryFailed
		return s.keepDelivery(ctx, d)
	}
	return errors.Join(s.keepDelivery(ctx, d), fmt.Errorf("delivery %s: %w", d.ID, err))
}

func (s *Service) keepDelivery(ctx context.Context, d Delivery) error {
	return s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		d.TriedAt = tx.Now
		return updateDelivery(ctx, tx, d)
	})
}

// hookClient follows no redirect: who is told is who was named.
func hookClient(o outside.Options) *http.Client {
	client := outside.Client(o)
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return client
}

func (s *Service) post(ctx context.Context, address, secret string, d Delivery) (status int, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader([]byte(d.Body)))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "Khadamat (webhooks)")
	request.Header.Set("Khadamat-Event", d.Event)
	request.Header.Set("Khadamat-Delivery", cmp.Or(d.ReplayOf, d.ID))
	request.Header.Set(Signature, Sign(secret, s.config.Clock.Now(), d.Body))
	answer, err := s.client.Do(request)
	if err != nil {
		if wrapped, ok := errors.AsType[*url.Error](err); ok {
			err = wrapped.Err // without the address, which may hold a secret
		}
		return 0, err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(answer.Body, maxAnswer)); err != nil {
		return answer.StatusCode, err
	}
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return answer.StatusCode, fmt.Errorf("the answer is status %d", answer.StatusCode)
	}
	return answer.StatusCode, nil
}
