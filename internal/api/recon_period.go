package api

import (
	"context"
	"log/slog"
	"mime"
	"net/http"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
	"khadamat/internal/recon/workspace"

	"github.com/danielgtaylor/huma/v2"
)

// ReconPeriod is a month that is, or is to be, signed off.
type ReconPeriod struct {
	Name       string  `json:"name" example:"2026-10"`
	Through    *string `json:"through" format:"date" doc:"Its last day" example:"2026-10-31"`
	State      string  `json:"state" enum:"open,prepared,signed"`
	PreparedBy string  `json:"prepared_by" doc:"The account; empty: nobody yet"`
	PreparedAt *Time   `json:"prepared_at"`
	SignedBy   string  `json:"signed_by" doc:"The account; empty: nobody yet"`
	SignedAt   *Time   `json:"signed_at"`
	Open       int     `json:"open" doc:"Items"`
	OpenAmount []Money `json:"open_amounts" doc:"By currency"`
	Note       string  `json:"note"`
}

// ReconNote goes with a period that is prepared.
type ReconNote struct {
	Note string `json:"note,omitempty" doc:"For who signs; up to 2000 letters"`
}

// ReconReason is why a period is opened again.
type ReconReason struct {
	Reason string `json:"reason" doc:"Up to 2000 letters"`
}

// ReconAuditEntry is one thing that somebody did.
type ReconAuditEntry struct {
	ID      string         `json:"id"`
	At      Time           `json:"at"`
	ActorID string         `json:"actor_id" doc:"Empty: the house"`
	Name    string         `json:"name"`
	Action  string         `json:"action" example:"recon.accept"`
	Data    map[string]any `json:"data"`
	Seq     int64          `json:"seq" doc:"Of its seal in the chain; 0: not sealed yet"`
	Hash    string         `json:"hash" doc:"Of its seal; empty: not sealed yet"`
}

// ReconAnalytics are figures over time.
type ReconAnalytics struct {
	From     Time                `json:"from"`
	To       Time                `json:"to" doc:"It is not part of it"`
	Totals   ReconAnalyticsRow   `json:"totals"`
	Days     []ReconAnalyticsRow `json:"days" doc:"All of them, by the calendar of Casablanca; figures of a day without a run are those of the day before"`
	People   []ReconAnalyticsRow `json:"people" doc:"The busiest first"`
	Sources  []ReconAnalyticsRow `json:"sources"`
	Projects []ReconAnalyticsRow `json:"projects"`
}

// ReconAnalyticsRow is what happened on a day, by a person, in a source or in a project.
type ReconAnalyticsRow struct {
	Name                string   `json:"name" doc:"Of the day, the person, the source or the project"`
	ID                  string   `json:"id" doc:"Of the person, the source or the project"`
	Runs                int      `json:"runs"`
	Records             int      `json:"records" doc:"In the last run of the time"`
	MatchRate           *float64 `json:"match_rate" doc:"Of the last run of the time, 0 to 1; null: none"`
	Open                int      `json:"open"`
	OpenAmounts         []Money  `json:"open_amounts"`
	Decisions           int      `json:"decisions" doc:"Items that people decided on"`
	Settled             int      `json:"settled" doc:"Items that people settled"`
	MedianSettleSeconds float64  `json:"median_settle_seconds" doc:"From when an item came up until a person settled it; 0: none was"`
	P90SettleSeconds    float64  `json:"p90_settle_seconds"`
}

type (
	ReconPeriodPath struct {
		ID     string `path:"id"`
		Period string `path:"period"`
	}
	reconPrepareInput struct {
		ReconPeriodPath
		Body *ReconNote // may be left out
	}
	reconReopenInput struct {
		ReconPeriodPath
		Body ReconReason
	}
	reconAnalyticsInput struct {
		Project string `query:"project" doc:"Its id; left out: all that you are a member of"`
		From    string `query:"from" doc:"A day or a time; left out with to: the last 30 days" example:"2026-10-01"`
		To      string `query:"to" doc:"A day or a time, which is not part of it" example:"2026-11-01"`
	}
)

func (a *api) addReconPeriods() {
	op := operationsOf(tagRecon)
	add(a, forMe, op("list-recon-periods", http.MethodGet, "/recon/projects/{id}/periods", "Periods of a project", "The months that its records lie in, the latest first.", 403), a.reconPeriods)
	add(a, forMe, op("prepare-recon-period", http.MethodPost, "/recon/projects/{id}/periods/{period}/prepare", "Say that a month is ready", "409 while something of it waits for an approval, or where an earlier month is not signed off.", 409), a.prepareReconPeriod)
	add(a, forMe, op("sign-recon-period", http.MethodPost, "/recon/projects/{id}/periods/{period}/sign-off", "Sign a month off", "A reviewer who did not prepare it may. From then on nothing that is settled in it changes.", 409), a.signReconPeriod)
	add(a, forMe, op("reopen-recon-period", http.MethodPost, "/recon/projects/{id}/periods/{period}/reopen", "Open a month again", "The last one that is signed. Owners may, and say why.", 409), a.reopenReconPeriod)
	a.addReconExport()
	add(a, forMe, op("list-recon-audit", http.MethodGet, "/recon/projects/{id}/audit", "What was done", "In a project, the latest first; each entry is sealed in a chain of hashes.", 403, 422), a.reconAudit)
	add(a, forMe, op("recon-analytics", http.MethodGet, "/recon/analytics", "Figures over time", "Match rate, open amounts, time to settle: by day, person, source and project.", 403, 404, 422), a.reconAnalytics)
}

func (a *api) reconPeriods(ctx context.Context, c *call, in *idInput) (*answer[List[ReconPeriod]], error) {
	periods, err := a.Recon.Periods(ctx, c.actor, in.ID)
	if err != nil {
		return nil, err
	}
	return reply(listOf(periods, reconPeriodOf)), nil
}

func (a *api) prepareReconPeriod(ctx context.Context, c *call, in *reconPrepareInput) (*answer[ReconPeriod], error) {
	note := ""
	if in.Body != nil {
		note = in.Body.Note
	}
	return reconPeriodReply(a.Recon.PrepareSignOff(ctx, c.actor, in.ID, in.Period, note))
}

func (a *api) signReconPeriod(ctx context.Context, c *call, in *ReconPeriodPath) (*answer[ReconPeriod], error) {
	return reconPeriodReply(a.Recon.SignOff(ctx, c.actor, in.ID, in.Period))
}

func (a *api) reopenReconPeriod(ctx context.Context, c *call, in *reconReopenInput) (*answer[ReconPeriod], error) {
	return reconPeriodReply(a.Recon.Reopen(ctx, c.actor, in.ID, in.Period, in.Body.Reason))
}

func reconPeriodReply(p workspace.Period, err error) (*answer[ReconPeriod], error) {
	if err != nil {
		return nil, err
	}
	return reply(reconPeriodOf(p)), nil
}

func reconPeriodOf(p workspace.Period) ReconPeriod {
	return ReconPeriod{Name: p.Name, Through: dayOrNull(p.Through), State: string(p.State), PreparedBy: p.PreparedBy, PreparedAt: timeOrNull(p.PreparedAt), SignedBy: p.SignedBy,
		SignedAt: timeOrNull(p.SignedAt), Open: p.Open, OpenAmount: listOf(p.OpenAmount, moneyOf).Items, Note: p.Note}
}

// addReconExport registers the export, which is written as it is made.
func (a *api) addReconExport() {
	operation := operationsOf(tagRecon)("export-recon-project", http.MethodGet, "/recon/projects/{id}/export", "Export the result",
		"As it is with all decisions. An export that breaks off ends the connection.", 403, 409, 422)
	operation.DefaultStatus = http.StatusOK
	parameter := func(name, description string, required bool, values ...any) *huma.Param {
		return &huma.Param{Name: name, In: "query", Description: description, Required: required, Schema: &huma.Schema{Type: huma.TypeString, Enum: values}}
	}
	operation.Parameters = []*huma.Param{
		parameter("format", "Of the file", true, "csv", "xlsx", "json", "pdf"),
		parameter("kind", "What it holds; all where it is left out. In csv all is a zip of the three tables; xlsx and json know all alone; sign_off is pdf alone", false, "all", "matches", "open", "rejects", "sign_off"),
		parameter("period", "Of kind sign_off: the month, as 2026-10", false),
	}
	a.order = append(a.order, operation.OperationID)
	a.mux.Handle("GET "+prefix+operation.Path, patient(http.HandlerFunc(a.exportRecon)))
	a.describeRaw(operation, "application/octet-stream", &huma.Schema{Type: huma.TypeString, Format: "binary"})
}

func (a *api) exportRecon(w http.ResponseWriter, r *http.Request) {
	file, err := a.reconExport(w, r)
	if err == nil {
		return
	}
	if file != nil && file.begun {
		a.Logger.WarnContext(r.Context(), "an export broke off", slog.Any("error", err))
		panic(http.ErrAbortHandler) // half a file must not look like a whole one
	}
	renderError(w, r, err)
}

func (a *api) reconExport(w http.ResponseWriter, r *http.Request) (*exportWriter, error) {
	c := callIn(r.Context())
	actor, err := c.who()
	if err != nil {
		return nil, err
	}
	query := r.URL.Query()
	form := workspace.ExportForm{Format: workspace.ExportFormat(query.Get("format")), Kind: workspace.ExportKind(query.Get("kind")), Period: query.Get("period"), Language: c.language}
	if form.Kind == "" {
		form.Kind = workspace.ExportAll
	}
	var fields errs.Fields
	fields.Check(form.Format != "", "format", "api.required")
	oneOf(&fields, "format", listed[workspace.ExportFormat](string(form.Format)), workspace.ExportCSV, workspace.ExportXLSX, workspace.ExportJSON, workspace.ExportPDF)
	oneOf(&fields, "kind", []workspace.ExportKind{form.Kind}, workspace.ExportAll, workspace.ExportMatches, workspace.ExportOpen, workspace.ExportRejects, workspace.ExportSignOff)
	if err := fields.Err(); err != nil {
		return nil, err
	}
	project, err := a.Recon.Project(r.Context(), actor, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	file := &exportWriter{ResponseWriter: w}
	file.name, file.mediaType = workspace.ExportFile(project, form)
	return file, a.Recon.Export(r.Context(), actor, project.ID, form, file)
}

// exportWriter begins the answer with the first byte of the file, so that whatever goes wrong before it can still be said.
type exportWriter struct {
	http.ResponseWriter
	name, mediaType string
	begun           bool
}

// Write is for io.Writer.
func (e *exportWriter) Write(p []byte) (int, error) {
	if !e.begun {
		e.begun = true
		h := e.Header()
		h.Set("Content-Type", e.mediaType)
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": e.name}))
		h.Set("Cache-Control", string(forMe))
		h.Add("Vary", "Accept-Language")
	}
	return e.ResponseWriter.Write(p)
}

func (a *api) reconAudit(ctx context.Context, c *call, in *pagedInput) (*answer[List[ReconAuditEntry]], error) {
	page, err := a.Recon.Audit(ctx, c.actor, in.ID, in.Cursor, limitOr(in.Limit))
	if err != nil {
		return nil, err
	}
	return reply(pageOf(page.Items, page.NextCursor, func(e workspace.AuditEntry) ReconAuditEntry {
		data := e.Data
		if data == nil {
			data = map[string]any{}
		}
		return ReconAuditEntry{ID: e.ID, At: timeOf(e.At), ActorID: e.ActorID, Name: e.Name, Action: e.Action, Data: data, Seq: e.Seq, Hash: e.Hash}
	})), nil
}

func (a *api) reconAnalytics(ctx context.Context, c *call, in *reconAnalyticsInput) (*answer[ReconAnalytics], error) {
	var fields errs.Fields
	form := workspace.AnalyticsForm{ProjectID: in.Project, From: parseMoment(&fields, "from", in.From, time.UTC), To: parseMoment(&fields, "to", in.To, time.UTC)}
	if err := fields.Err(); err != nil {
		return nil, err
	}
	figures, err := a.Recon.Analytics(ctx, c.actor, form)
	if err != nil {
		return nil, err
	}
	rows := func(from []workspace.AnalyticsRow) []ReconAnalyticsRow {
		return listOf(from, reconAnalyticsRowOf).Items
	}
	return reply(ReconAnalytics{From: timeOf(figures.From), To: timeOf(figures.To), Totals: reconAnalyticsRowOf(figures.Totals), Days: rows(figures.Days), People: rows(figures.People),
		Sources: rows(figures.Sources), Projects: rows(figures.Projects)}), nil
}

func reconAnalyticsRowOf(r workspace.AnalyticsRow) ReconAnalyticsRow {
	wire := ReconAnalyticsRow{Name: r.Name, ID: r.ID, Runs: r.Runs, Records: r.Records, Open: r.Open, Decisions: r.Decisions, Settled: r.Settled,
		OpenAmounts: listOf(r.OpenAmounts, func(a money.Amount) Money { return moneyOf(a) }).Items, MedianSettleSeconds: r.MedianSettle.Seconds(), P90SettleSeconds: r.P90Settle.Seconds()}
	if r.MatchRate >= 0 {
		wire.MatchRate = &r.MatchRate
	}
	return wire
}
