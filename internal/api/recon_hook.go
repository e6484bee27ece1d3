package api

import (
	"context"
	"net/http"
	"reflect"

	"khadamat/internal/recon/workspace"

	"github.com/danielgtaylor/huma/v2"
)

// ReconHook is where a program is told.
type ReconHook struct {
	ID        string         `json:"id"`
	ProjectID string         `json:"project_id"`
	URL       string         `json:"url"`
	Events    []string       `json:"events"`
	CreatedBy string         `json:"created_by" doc:"The account"`
	CreatedAt Time           `json:"created_at"`
	Last      *ReconDelivery `json:"last_delivery,omitempty" doc:"left out: none yet"`
}

// NewReconHook is a webhook with its secret, which is shown this once.
type NewReconHook struct {
	ReconHook
	Secret string `json:"secret" doc:"Deliveries are signed with it; keep it, it is not shown again"`
}

// ReconDelivery is one telling of a webhook.
type ReconDelivery struct {
	ID        string `json:"id" doc:"Khadamat-Delivery of what was sent: the same one may arrive more than once"`
	HookID    string `json:"webhook_id"`
	Event     string `json:"event" enum:"run.finished,break.found,period.signed"`
	Body      string `json:"body" doc:"The JSON that is sent"`
	State     string `json:"state" enum:"waiting,delivered,failed" doc:"failed: and given up"`
	Attempts  int    `json:"attempts"`
	Status    int    `json:"status" doc:"Of the last answer; 0: there was none"`
	Failure   string `json:"failure" doc:"What went wrong the last time, for an engineer"`
	CreatedAt Time   `json:"created_at"`
	TriedAt   *Time  `json:"tried_at" doc:"null: not yet"`
	ReplayOf  string `json:"replay_of,omitempty" doc:"The delivery that it sends again"`
}

// ReconHookRequest says where a program wants to be told, and of what.
type ReconHookRequest struct {
	URL    string   `json:"url" maxLength:"2000" doc:"Of a program that is reached by https"`
	Events []string `json:"events,omitempty" maxItems:"10" doc:"run.finished, break.found, period.signed; left out: all" example:"run.finished"`
}

// ReconHookMessage is what a webhook is sent.
type ReconHookMessage struct {
	ID      string         `json:"id" doc:"Of the delivery, the same for every attempt and for what is sent again"`
	Event   string         `json:"event" enum:"run.finished,break.found,period.signed"`
	At      Time           `json:"at" doc:"When it happened"`
	Project string         `json:"project" doc:"Its id"`
	Data    map[string]any `json:"data" doc:"As the event has it"`
}

// What the events bring as data.
type (
	// ReconRunEnded is the data of run.finished.
	ReconRunEnded struct {
		Run       string  `json:"run"`
		Number    int     `json:"number"`
		State     string  `json:"state" enum:"finished,failed,cancelled"`
		MatchRate float64 `json:"match_rate,omitempty" doc:"Of records, 0 to 1; of a finished run"`
		Open      int     `json:"open,omitempty" doc:"Records; of a finished run"`
		Suggested int     `json:"suggested,omitempty" doc:"Records; of a finished run"`
	}
	// ReconBreaksFound is the data of break.found.
	ReconBreaksFound struct {
		Run    string            `json:"run"`
		Number int               `json:"number"`
		Causes []ReconBreakCause `json:"causes"`
	}
	// ReconBreakCause counts the breaks of one cause.
	ReconBreakCause struct {
		Cause       string `json:"cause" example:"fee"`
		Count       int    `json:"count"`
		AmountMinor int64  `json:"amount_minor" doc:"The differences together"`
		Currency    string `json:"currency" doc:"Empty where there is none, or where there are several"`
	}
	// ReconPeriodSigned is the data of period.signed.
	ReconPeriodSigned struct {
		Period     string `json:"period" example:"2026-10"`
		PreparedBy string `json:"prepared_by" doc:"The account"`
		Run        string `json:"run" doc:"The run whose result was signed"`
		Seq        int64  `json:"seq" doc:"The last decision that was counted in"`
		ResultHash string `json:"result_hash" doc:"SHA-256 of the result, as it stands on the signed sheet"`
		Open       int    `json:"open" doc:"Items that are carried forward"`
	}
)

type reconHookInput struct {
	ID string `path:"id"`
	Creation
	Body ReconHookRequest
}

func (a *api) addReconHooks() {
	op := operationsOf(tagRecon)
	add(a, forMe, op("list-recon-webhooks", http.MethodGet, "/recon/projects/{id}/webhooks", "Webhooks of a project", "Owners may see them.", 403), a.reconHooks)
	add(a, forMe, creating(op("add-recon-webhook", http.MethodPost, "/recon/projects/{id}/webhooks", "Add a webhook",
		"Owners may. What happens is sent there as JSON within moments, and again, ever less often, until it is answered with 2xx. "+
			"Khadamat-Signature is t=UNIX,v1=HEX: the HMAC-SHA256 of UNIX.BODY under the secret, UNIX being when it was sent: refuse what is older than some minutes. Khadamat-Delivery is the same for every attempt.", 409)), a.addReconHook)
	add(a, forMe, op("remove-recon-webhook", http.MethodDelete, "/recon/webhooks/{id}", "Remove a webhook", "With its deliveries.", 403), a.removeReconHook)
	add(a, forMe, op("list-recon-deliveries", http.MethodGet, "/recon/webhooks/{id}/deliveries", "Deliveries of a webhook", "The latest first.", 403, 422), a.reconDeliveries)
	add(a, forMe, creating(op("replay-recon-delivery", http.MethodPost, "/recon/deliveries/{id}/replay", "Send a delivery again", "As a new one with the same body.", 409)), a.replayReconDelivery)
	a.describeReconHooks()
}

// describeReconHooks puts what webhooks are sent into the OpenAPI document.
func (a *api) describeReconHooks() {
	document := a.huma.OpenAPI()
	schema := func(of reflect.Type) *huma.Schema { return document.Components.Schemas.Schema(of, true, "") }
	header := func(name, description string) *huma.Param {
		return &huma.Param{Name: name, In: "header", Required: true, Description: description, Schema: &huma.Schema{Type: huma.TypeString}}
	}
	document.Webhooks = map[string]*huma.PathItem{}
	for event, about := range map[string]struct {
		summary string
		data    reflect.Type
	}{
		"run.finished":  {"A run ended, one way or another", reflect.TypeFor[ReconRunEnded]()},
		"break.found":   {"A run found records that belong together and do not agree", reflect.TypeFor[ReconBreaksFound]()},
		"period.signed": {"A month was signed off", reflect.TypeFor[ReconPeriodSigned]()},
	} {
		message := &huma.Schema{AllOf: []*huma.Schema{schema(reflect.TypeFor[ReconHookMessage]()), {Type: huma.TypeObject, Properties: map[string]*huma.Schema{"data": schema(about.data)}}}}
		document.Webhooks[event] = &huma.PathItem{Post: &huma.Operation{OperationID: "webhook-" + event, Tags: []string{tagRecon}, Summary: about.summary,
			Description: "Answer with 2xx within ten seconds; anything else is tried again, ever less often. The same delivery may come more than once.",
			Parameters: []*huma.Param{header("Khadamat-Event", "The event"), header("Khadamat-Delivery", "The id of the delivery"),
				header(workspace.Signature, "t=UNIX,v1=HEX: the HMAC-SHA256 of UNIX.BODY under the webhook's secret")},
			RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: message}}},
			Responses:   map[string]*huma.Response{"2XX": {Description: "Taken"}}}}
	}
}

func (a *api) reconHooks(ctx context.Context, c *call, in *idInput) (*answer[List[ReconHook]], error) {
	hooks, err := a.Recon.Hooks(ctx, c.actor, in.ID)
	if err != nil {
		return nil, err
	}
	return reply(listOf(hooks, reconHookOf)), nil
}

func (a *api) addReconHook(ctx context.Context, c *call, in *reconHookInput) (*answer[NewReconHook], error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	hook, secret, err := a.Recon.AddHook(ctx, c.actor, in.ID, workspace.HookForm{URL: in.Body.URL, Events: in.Body.Events, IdempotencyKey: in.IdempotencyKey})
	if err != nil {
		return nil, err
	}
	return reply(NewReconHook{ReconHook: reconHookOf(hook), Secret: secret}), nil
}

func (a *api) removeReconHook(ctx context.Context, c *call, in *idInput) (*struct{}, error) {
	return nil, a.Recon.RemoveHook(ctx, c.actor, in.ID)
}

func (a *api) reconDeliveries(ctx context.Context, c *call, in *pagedInput) (*answer[List[ReconDelivery]], error) {
	page, err := a.Recon.Deliveries(ctx, c.actor, in.ID, in.Cursor, limitOr(in.Limit))
	if err != nil {
		return nil, err
	}
	return reply(pageOf(page.Items, page.NextCursor, reconDeliveryOf)), nil
}

func (a *api) replayReconDelivery(ctx context.Context, c *call, in *idInput) (*answer[ReconDelivery], error) {
	again, err := a.Recon.Replay(ctx, c.actor, in.ID)
	if err != nil {
		return nil, err
	}
	return reply(reconDeliveryOf(again)), nil
}

func reconHookOf(h workspace.Hook) ReconHook {
	wire := ReconHook{ID: h.ID, ProjectID: h.ProjectID, URL: h.URL, Events: notNull(h.Events), CreatedBy: h.CreatedBy, CreatedAt: timeOf(h.CreatedAt)}
	if h.Last != nil {
		last := reconDeliveryOf(*h.Last)
		wire.Last = &last
	}
	return wire
}

func reconDeliveryOf(d workspace.Delivery) ReconDelivery {
	return ReconDelivery{ID: d.ID, HookID: d.HookID, Event: d.Event, Body: d.Body, State: string(d.State), Attempts: d.Attempts, Status: d.Status, Failure: d.Failure,
		CreatedAt: timeOf(d.CreatedAt), TriedAt: timeOrNull(d.TriedAt), ReplayOf: d.ReplayOf}
}
