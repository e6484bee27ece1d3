package api

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"khadamat/internal/account"
)

// finished starts a run and waits for its end on the socket.
func (h *house) finished(t *testing.T, c *client, project string) ReconRun {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	follows := h.follow(t, ctx, c, project)
	var run ReconRun
	c.with("Idempotency-Key", "run-1").post("/recon/projects/"+project+"/runs", map[string]any{"full": true, "ruleset": 0}).want(http.StatusCreated).into(&run)
	follows.until("run.finished")
	c.get("/recon/runs/" + run.ID).want(http.StatusOK).into(&run)
	if run.State != "finished" {
		t.Fatalf("the run is %s: %s\n%s", run.State, run.Problem, h.log)
	}
	return run
}

// TestFromTwoFilesToASignedMonth walks through the life of a project as a program does.
func TestFromTwoFilesToASignedMonth(t *testing.T) {
	h := newHouse(t)
	h.working(t)
	analyst, reviewer, _ := h.financiers(t)
	project := h.project(t, analyst, reviewer)
	c, second := h.signedIn(t, analyst), h.signedIn(t, reviewer)
	at := "/recon/projects/" + project.ID

	run := h.finished(t, c, project.ID)
	if run.Figures == nil || run.Figures.Matched < 120 || len(run.Versions) != 2 {
		t.Fatalf("the run found %+v", run.Figures)
	}
	for _, sums := range run.Figures.Sums {
		if sums.In.Count != sums.Matched.Count+sums.Suggested.Count+sums.Offset.Count+sums.Open.Count {
			t.Errorf("the sums do not add up: %+v", sums)
		}
	}

	var open ReconItems
	c.get(at + "/items?status=open&sort=amount").want(http.StatusOK).into(&open)
	if open.Total == 0 || open.Total != len(open.Items) || open.Items[0].Side == nil || open.Items[0].Amount == nil || open.Items[0].Amount.AmountMinor != 532109 {
		t.Fatalf("open: %+v", open)
	}
	var found ReconItems
	c.get(at + "/items?q=menuiserie").want(http.StatusOK).into(&found)
	if found.Total != 1 || found.Items[0].ID != open.Items[0].ID {
		t.Errorf("found %+v", found.Items)
	}
	item := at + "/items/" + open.Items[0].ID
	var detail ReconDetail
	c.get(item).want(http.StatusOK).into(&detail)
	if len(detail.Records) != 1 || len(detail.Records[0].Values) != 5 || detail.Period != "2026-09" || len(detail.Actions) == 0 {
		t.Errorf("detail: %+v", detail)
	}

	decide := func(c *client, act map[string]any) *got { return c.post(at+"/decisions", act) }
	decide(c, map[string]any{"action": "comment", "items": []string{open.Items[0].ID}, "note": "La facture manque."}).want(http.StatusOK)
	decide(c, map[string]any{"action": "assign", "items": []string{open.Items[0].ID}, "assignee": reviewer.ID}).want(http.StatusOK)
	// Over the limit of the project, so that somebody else has to approve.
	var written ReconDecided
	decide(c, map[string]any{"action": "write_off", "items": []string{open.Items[0].ID}, "reason": "Frais bancaires", "note": "Irrécouvrable"}).want(http.StatusOK).into(&written)
	if written.Items[0].Status != "pending" {
		t.Errorf("after the write-off: %+v", written.Items[0])
	}
	decide(c, map[string]any{"action": "approve", "items": []string{written.Items[0].ID}}).problem(http.StatusForbidden)
	decide(second, map[string]any{"action": "approve", "items": []string{written.Items[0].ID}}).want(http.StatusOK)
	decide(c, map[string]any{"action": "accept", "items": []string{open.Items[0].ID}, "seq": 1}).problem(http.StatusConflict)
	c.get(item).want(http.StatusOK).into(&detail)
	if detail.Status != "settled" || len(detail.Thread) != 1 || len(detail.History) < 3 {
		t.Errorf("after all: %s, %d comments, %d decisions", detail.Status, len(detail.Thread), len(detail.History))
	}

	c.post(at+"/periods/2026-09/prepare", nil).want(http.StatusOK)
	c.post(at+"/periods/2026-09/sign-off", nil).problem(http.StatusForbidden)
	var period ReconPeriod
	second.post(at+"/periods/2026-09/sign-off", nil).want(http.StatusOK).into(&period)
	if period.State != "signed" || period.SignedBy != reviewer.ID {
		t.Errorf("period %+v", period)
	}
	decide(c, map[string]any{"action": "unmatch", "items": []string{open.Items[0].ID}}).problem(http.StatusConflict)

	for query, want := range map[string]string{"format=csv": "PK", "format=csv&kind=open": "side,row", "format=xlsx": "PK", "format=json": "{", "format=pdf": "%PDF-1.7", "format=pdf&kind=sign_off&period=2026-09&lang=ar": "%PDF-1.7"} {
		file := c.get(at + "/export?" + query).want(http.StatusOK)
		if !strings.HasPrefix(strings.TrimPrefix(string(file.body), "\ufeff"), want) || !strings.Contains(file.header.Get("Content-Disposition"), "attachment; filename") {
			t.Errorf("%s: %q begins with %.20q", query, file.header.Get("Content-Disposition"), file.body)
		}
	}
	var trail List[ReconAuditEntry]
	c.get(at + "/audit?limit=100").want(http.StatusOK).into(&trail)
	if len(trail.Items) < 8 {
		t.Errorf("%d audit entries", len(trail.Items))
	}
	h.clock.Advance(time.Minute)
	var figures ReconAnalytics
	c.get("/recon/analytics?project=" + project.ID).want(http.StatusOK).into(&figures)
	if figures.Totals.Runs != 1 || figures.Totals.Decisions == 0 {
		t.Errorf("analytics %+v", figures.Totals)
	}
}

func TestCreatingTwiceMakesOneProject(t *testing.T) {
	h := newHouse(t)
	analyst, _, _ := h.financiers(t)
	c := h.signedIn(t, analyst).with("Idempotency-Key", "once")
	var first, again ReconProject
	answer := c.post("/recon/projects", map[string]any{"name": "Caisse"}).want(http.StatusCreated)
	answer.into(&first)
	c.post("/recon/projects", map[string]any{"name": "Caisse"}).want(http.StatusCreated).into(&again)
	if first.ID != again.ID || answer.header.Get("Location") != reconProjects+first.ID {
		t.Errorf("made %s and %s at %s", first.ID, again.ID, answer.header.Get("Location"))
	}
	c.post("/recon/projects", map[string]any{"name": "Autre"}).problem(http.StatusConflict)
	var all List[ReconCard]
	c.get("/recon/projects").want(http.StatusOK).into(&all)
	if len(all.Items) != 1 || all.Items[0].Role != "owner" || all.Items[0].Sources != 2 {
		t.Errorf("projects %+v", all.Items)
	}
	var changed ReconProject
	c.put("/recon/projects/"+first.ID, map[string]any{"name": "Caisse et banque", "version": first.Version}).want(http.StatusOK).into(&changed)
	if changed.Name != "Caisse et banque" {
		t.Errorf("changed %+v", changed)
	}
	c.put("/recon/projects/"+first.ID, map[string]any{"name": "Trop tard", "version": first.Version}).problem(http.StatusConflict)
	if p := c.post("/recon/projects", map[string]any{"name": "", "settings": map[string]any{"escalate_after_days": -1, "escalate_above_minor": 0, "run_on_new_data": false, "run_daily_at": "25:00", "reason_codes": []string{}, "accept_suggested": 2}}).problem(http.StatusUnprocessableEntity); !p.names("name") || !p.names("settings.escalate_after_days") || !p.names("settings.run_daily_at") || !p.names("settings.accept_suggested") {
		t.Errorf("complaints %+v", p.Errors)
	}
}

// TestALargeFileComesInPieces: torn, out of place and wrong pieces are refused, and the upload goes on where it was.
func TestALargeFileComesInPieces(t *testing.T) {
	h := newHouse(t)
	analyst, reviewer, outsider := h.financiers(t)
	project := h.project(t, analyst, reviewer)
	c := h.signedIn(t, analyst)
	var sources List[ReconSource]
	c.get("/recon/projects/" + project.ID + "/sources").want(http.StatusOK).into(&sources)
	ledger, _ := ledgerAndBank()
	ledger += "E950,2026-09-29,12.00,Papeterie,INV-50000\n"
	sum := sha256.Sum256([]byte(ledger))
	var upload ReconUpload
	c.post("/recon/sources/"+sources.Items[0].ID+"/uploads", map[string]any{"file_name": "grand-livre.csv", "bytes": len(ledger), "sha256": hex.EncodeToString(sum[:])}).want(http.StatusCreated).into(&upload)
	at := "/recon/uploads/" + upload.ID
	digest := func(piece string) string {
		sum := sha256.Sum256([]byte(piece))
		return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
	}
	send := func(c *client, offset int, piece, digest string) *got {
		return c.with("Content-Digest", digest).send(http.MethodPut, fmt.Sprintf("%s/%d", at, offset), "application/octet-stream", piece)
	}
	half := len(ledger) / 2
	send(c, 0, ledger[:half], digest(ledger[:half])).want(http.StatusOK).into(&upload)
	if upload.Received != int64(half) {
		t.Errorf("received %d of %d", upload.Received, half)
	}
	send(c, 0, ledger[:half], digest(ledger[:half])).problem(http.StatusConflict)
	send(c, half, ledger[half:half+10], digest("other bytes")).problem(http.StatusUnprocessableEntity)
	if p := send(c, half, ledger[half:], "sha-256=nothing").problem(http.StatusUnprocessableEntity); !p.names("Content-Digest") {
		t.Errorf("complaints %+v", p.Errors)
	}
	send(h.signedIn(t, outsider), half, ledger[half:], digest(ledger[half:])).problem(http.StatusNotFound)
	c.post(at+"/finish", nil).problem(http.StatusConflict)
	c.get(at).want(http.StatusOK).into(&upload)
	send(c, int(upload.Received), ledger[half:], digest(ledger[half:])).want(http.StatusOK)
	var version, again ReconVersion
	c.post(at+"/finish", nil).want(http.StatusCreated).into(&version)
	if version.SHA256 != hex.EncodeToString(sum[:]) || version.Rows != 63 || version.Number != 2 {
		t.Errorf("version %+v", version)
	}
	c.uploadFile("/recon/sources/"+sources.Items[0].ID+"/files", reconFile, "copie.csv", ledger).want(http.StatusCreated).into(&again)
	if again.ID != version.ID {
		t.Error("the same bytes are another version")
	}
	var preview ReconPreview
	c.get("/recon/versions/" + version.ID + "/preview").want(http.StatusOK).into(&preview)
	if preview.Count != 63 || len(preview.Columns) != 5 || preview.Columns[2].Role != "amount" || len(preview.Rows) != 50 {
		t.Errorf("preview: %d rows, columns %+v", preview.Count, preview.Columns)
	}
	var mapped ReconSource
	c.put("/recon/sources/"+sources.Items[0].ID+"/mapping", map[string]any{"mapping": map[string]any{"counterparty": map[string]any{"role": "description"}}}).want(http.StatusOK).into(&mapped)
	if mapped.Mapping["counterparty"].Role != "description" {
		t.Errorf("mapping %+v", mapped.Mapping)
	}
	c.put("/recon/sources/"+sources.Items[0].ID+"/mapping", map[string]any{"mapping": map[string]any{"nowhere": map[string]any{"role": "id"}}}).problem(http.StatusUnprocessableEntity)
}

func TestAFileThatIsNoneIsRefusedWithAReason(t *testing.T) {
	h := newHouse(t)
	analyst, reviewer, _ := h.financiers(t)
	project := h.project(t, analyst, reviewer)
	c := h.signedIn(t, analyst)
	var sources List[ReconSource]
	c.get("/recon/projects/" + project.ID + "/sources").want(http.StatusOK).into(&sources)
	at := "/recon/sources/" + sources.Items[0].ID + "/files"
	c.uploadFile(at, reconFile, "rien.csv", "").problem(http.StatusUnprocessableEntity)
	if p := c.uploadFile(at, "photo", "a.csv", "a;b\n1;2\n").problem(http.StatusUnprocessableEntity); !p.names(reconFile) {
		t.Errorf("complaints %+v", p.Errors)
	}
	c.post(at, `{}`).problem(http.StatusUnsupportedMediaType)
	c.send(http.MethodPost, at, "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\na;b").problem(http.StatusBadRequest)
}

func TestRulesAreCheckedKeptAndTried(t *testing.T) {
	h := newHouse(t)
	analyst, reviewer, _ := h.financiers(t)
	project := h.project(t, analyst, reviewer)
	c := h.signedIn(t, analyst)
	var check ReconRulesetCheck
	c.post("/recon/rulesets/check", map[string]any{"yaml": "version: 1\nauto: true\n"}).want(http.StatusOK).into(&check)
	if !check.Valid {
		t.Errorf("automatic rules: %+v", check.Problems)
	}
	broken := "version: 1\npasses:\n  - name: a\n    exct: []\n"
	c.post("/recon/rulesets/check", map[string]any{"yaml": broken}).want(http.StatusOK).into(&check)
	if check.Valid || check.Problems[0].Line == 0 || check.Problems[0].Text == "" {
		t.Errorf("broken rules: %+v", check)
	}
	at := "/recon/projects/" + project.ID + "/rulesets"
	c.post(at, map[string]any{"yaml": broken}).problem(http.StatusUnprocessableEntity)
	var templates List[ReconTemplate]
	c.get("/recon/ruleset-templates").want(http.StatusOK).into(&templates)
	if len(templates.Items) == 0 {
		t.Fatal("no templates")
	}
	var saved ReconRuleset
	keyed := c.with("Idempotency-Key", "rules")
	keyed.post(at, map[string]any{"yaml": "version: 1\nauto: true\n", "note": "le début"}).want(http.StatusCreated).into(&saved)
	keyed.post(at, map[string]any{"yaml": "version: 1\nauto: true\n", "note": "le début"}).want(http.StatusCreated)
	var all List[ReconRuleset]
	c.get(at).want(http.StatusOK).into(&all)
	if len(all.Items) != 1 || saved.Number != 1 {
		t.Errorf("rulesets %+v", all.Items)
	}
	if schema := c.get("/recon/ruleset-schema").want(http.StatusOK); !json.Valid(schema.body) || !strings.HasPrefix(schema.header.Get("Content-Type"), "application/schema+json") {
		t.Errorf("the schema is %.100s", schema.body)
	}
	var trial ReconTrial
	c.post(at+"/test", map[string]any{"yaml": "version: 1\nauto: true\n", "before": 1}).want(http.StatusOK).into(&trial)
	if trial.Records[0] == 0 || trial.Before == 0 || trial.Before != trial.After || len(trial.Appear) > 0 {
		t.Errorf("trial %+v", trial)
	}
}

func TestQuestionsAboutItemsAreChecked(t *testing.T) {
	h := newHouse(t)
	analyst, reviewer, _ := h.financiers(t)
	project := h.project(t, analyst, reviewer)
	c := h.signedIn(t, analyst)
	at := "/recon/projects/" + project.ID
	for query, field := range map[string]string{"status=loud": "status", "kind=a,b": "kind", "side=9": "side", "side=x": "side", "from=yesterday": "from", "to=2026-13-01": "to",
		"limit=501": "limit", "limit=0": "limit", "offset=-1": "offset", "sort=size": "sort", "min_amount=1.5": "min_amount"} {
		if p := c.get(at + "/items?" + query).problem(http.StatusUnprocessableEntity); !p.names(field) {
			t.Errorf("%s: %+v", query, p.Errors)
		}
	}
	var none ReconItems
	c.get(at + "/items").want(http.StatusOK).into(&none)
	if none.Total != 0 || len(none.Items) != 0 {
		t.Errorf("before the first run: %+v", none)
	}
	c.get(at + "/export?format=csv").problem(http.StatusConflict)
	c.get(at + "/export").problem(http.StatusUnprocessableEntity)
	c.get(at + "/items/%00").problem(http.StatusNotFound)
	c.post(at+"/decisions", map[string]any{"action": "dance"}).problem(http.StatusUnprocessableEntity)
}

func TestWebhooksAreKeptAndTheirSecretIsShownOnce(t *testing.T) {
	h := newHouse(t)
	analyst, reviewer, _ := h.financiers(t)
	project := h.project(t, analyst, reviewer)
	c := h.signedIn(t, analyst)
	at := "/recon/projects/" + project.ID + "/webhooks"
	var made NewReconHook
	c.post(at, map[string]any{"url": "https://erp.example.com/378", "events": []string{"run.finished"}}).want(http.StatusCreated).into(&made)
	if made.Secret == "" {
		t.Error("no secret")
	}
	c.post(at, map[string]any{"url": "ftp://erp.example.com"}).problem(http.StatusUnprocessableEntity)
	listed := c.get(at).want(http.StatusOK)
	if strings.Contains(string(listed.body), made.Secret) || !strings.Contains(string(listed.body), made.ID) {
		t.Errorf("listed: %s", listed.body)
	}
	h.signedIn(t, reviewer).get(at).problem(http.StatusForbidden)
	c.get("/recon/webhooks/" + made.ID + "/deliveries").want(http.StatusOK)
	c.delete("/recon/webhooks/" + made.ID).want(http.StatusNoContent)
	c.get("/recon/webhooks/" + made.ID + "/deliveries").problem(http.StatusNotFound)
}

// TestAProjectIsItsMembers: everything about it is unknown to others, whatever they send, and nothing changes.
func TestAProjectIsItsMembers(t *testing.T) {
	h := newHouse(t)
	analyst, reviewer, outsider := h.financiers(t)
	project := h.project(t, analyst, reviewer)
	var sources List[ReconSource]
	h.signedIn(t, analyst).get("/recon/projects/" + project.ID + "/sources").want(http.StatusOK).into(&sources)
	ids := strings.NewReplacer("{project}", project.ID, "{source}", sources.Items[0].ID, "{version}", sources.Items[0].Latest.ID, "{analyst}", analyst.ID)
	c, customer, nobody := h.signedIn(t, outsider), h.signedIn(t, h.customer), h.visitor(t)
	for _, call := range []struct{ method, path, body string }{
		{"GET", "/recon/projects/{project}", ""}, {"PUT", "/recon/projects/{project}", `{"name":"x","version":1}`}, {"POST", "/recon/projects/{project}/archive", ""}, {"POST", "/recon/projects/{project}/restore", ""},
		{"GET", "/recon/projects/{project}/members", ""}, {"PUT", "/recon/projects/{project}/members", `{"email":"other@example.test","role":"owner"}`}, {"DELETE", "/recon/projects/{project}/members/{analyst}", ""},
		{"GET", "/recon/projects/{project}/sources", ""}, {"POST", "/recon/projects/{project}/sources", `{"name":"x"}`}, {"PUT", "/recon/sources/{source}", `{"name":"x"}`}, {"DELETE", "/recon/sources/{source}", ""},
		{"PUT", "/recon/sources/{source}/mapping", `{"mapping":{}}`}, {"POST", "/recon/sources/{source}/load", ""}, {"POST", "/recon/sources/{source}/uploads", `{"file_name":"x","bytes":1}`},
		{"GET", "/recon/sources/{source}/versions", ""}, {"GET", "/recon/versions/{version}/preview", ""}, {"DELETE", "/recon/versions/{version}", ""},
		{"GET", "/recon/projects/{project}/rulesets", ""}, {"POST", "/recon/projects/{project}/rulesets", `{"yaml":"version: 1\nauto: true\n"}`}, {"POST", "/recon/projects/{project}/rulesets/test", `{"yaml":"version: 1\nauto: true\n"}`},
		{"POST", "/recon/projects/{project}/runs", ""}, {"GET", "/recon/projects/{project}/runs", ""}, {"GET", "/recon/projects/{project}/figures", ""},
		{"GET", "/recon/projects/{project}/items", ""}, {"GET", "/recon/projects/{project}/item-ids", ""}, {"GET", "/recon/projects/{project}/items/abc", ""}, {"GET", "/recon/projects/{project}/items/abc/candidates", ""},
		{"PUT", "/recon/projects/{project}/items/abc/lock", ""}, {"DELETE", "/recon/projects/{project}/items/abc/lock", ""}, {"GET", "/recon/projects/{project}/records?side=0", ""},
		{"POST", "/recon/projects/{project}/decisions", `{"action":"accept","items":["abc"]}`}, {"GET", "/recon/projects/{project}/periods", ""},
		{"POST", "/recon/projects/{project}/periods/2026-09/prepare", ""}, {"POST", "/recon/projects/{project}/periods/2026-09/sign-off", ""}, {"POST", "/recon/projects/{project}/periods/2026-09/reopen", `{"reason":"x"}`},
		{"GET", "/recon/projects/{project}/export?format=csv", ""}, {"GET", "/recon/projects/{project}/audit", ""}, {"GET", "/recon/analytics?project={project}", ""},
		{"GET", "/recon/projects/{project}/webhooks", ""}, {"POST", "/recon/projects/{project}/webhooks", `{"url":"https://erp.example.com"}`},
	} {
		t.Run(call.method+" "+call.path, func(t *testing.T) {
			contentType, path := "", ids.Replace(call.path)
			if call.body != "" {
				contentType = "application/json"
			}
			with := func(c *client) *client { copied := *c; copied.t = t; return &copied }
			with(c).send(call.method, path, contentType, call.body).problem(http.StatusNotFound)
			if got := with(customer).send(call.method, path, contentType, call.body); got.status != http.StatusForbidden && got.status != http.StatusNotFound {
				t.Errorf("a customer got %d: %s", got.status, got.body)
			}
			with(nobody).send(call.method, path, contentType, call.body).problem(http.StatusUnauthorized)
		})
	}
	h.signedIn(t, analyst).get("/recon/projects/" + project.ID).want(http.StatusOK).into(&project)
	if project.Version != 1 || project.ArchivedAt != nil {
		t.Errorf("it changed: %+v", project)
	}
}

func TestProgramsWorkWithAToken(t *testing.T) {
	h := newHouse(t)
	analyst, _, _ := h.financiers(t)
	var token struct{ Token string }
	answer := h.signedIn(t, analyst).post("/me/tokens", map[string]any{"name": "ERP"}).want(http.StatusCreated)
	if err := json.Unmarshal(answer.body, &token); err != nil || token.Token == "" {
		t.Fatalf("no token: %s", answer.body)
	}
	program := h.visitor(t).with("Authorization", "Bearer "+token.Token).with("Accept-Language", "ar")
	program.post("/recon/projects", map[string]any{"name": "من برنامج"}).want(http.StatusCreated)
	if p := program.post("/recon/projects", map[string]any{"name": ""}).problem(http.StatusUnprocessableEntity); !strings.ContainsAny(p.Errors[0].Detail, "ابتثجحخد") {
		t.Errorf("not in Arabic: %s", p.Errors[0].Detail)
	}
}

// TestAnswersAboutReconciliationAreAsDocumented compares real answers with their schemas.
func TestAnswersAboutReconciliationAreAsDocumented(t *testing.T) {
	h := newHouse(t)
	h.working(t)
	analyst, reviewer, _ := h.financiers(t)
	project := h.project(t, analyst, reviewer)
	c := h.signedIn(t, analyst)
	run := h.finished(t, c, project.ID)
	at := "/recon/projects/" + project.ID
	c.post(at+"/rulesets", map[string]any{"yaml": "version: 1\nauto: true\n"}).want(http.StatusCreated)
	c.post(at+"/webhooks", map[string]any{"url": "https://erp.example.com/378"}).want(http.StatusCreated)
	var items ReconItems
	c.get(at + "/items?status=open").want(http.StatusOK).into(&items)
	var sources List[ReconSource]
	c.get(at + "/sources").want(http.StatusOK).into(&sources)
	document, _ := readDocument(t, h)
	for path, at := range map[string]string{
		"/recon/projects": "/recon/projects", at: "/recon/projects/{id}", at + "/members": "/recon/projects/{id}/members", at + "/sources": "/recon/projects/{id}/sources",
		"/recon/sources/" + sources.Items[0].ID + "/versions": "/recon/sources/{id}/versions", "/recon/versions/" + sources.Items[0].Latest.ID + "/preview": "/recon/versions/{id}/preview",
		at + "/rulesets": "/recon/projects/{id}/rulesets", "/recon/ruleset-templates": "/recon/ruleset-templates", at + "/runs": "/recon/projects/{id}/runs", "/recon/runs/" + run.ID: "/recon/runs/{id}",
		"/recon/runs/" + run.ID + "/rules": "/recon/runs/{id}/rules", at + "/figures": "/recon/projects/{id}/figures", at + "/items?limit=100": "/recon/projects/{id}/items", at + "/item-ids": "/recon/projects/{id}/item-ids",
		at + "/items/" + items.Items[0].ID: "/recon/projects/{id}/items/{item}", at + "/items/" + items.Items[0].ID + "/candidates": "/recon/projects/{id}/items/{item}/candidates",
		at + "/records?side=1&q=vir": "/recon/projects/{id}/records", at + "/periods": "/recon/projects/{id}/periods", at + "/audit": "/recon/projects/{id}/audit", "/recon/analytics": "/recon/analytics",
		at + "/webhooks": "/recon/projects/{id}/webhooks",
	} {
		var value any
		c.get(path).want(http.StatusOK).into(&value)
		document.compare(t, path, value, document.Paths[at]["get"].Responses["200"].Content["application/json"].Schema)
	}
}

// FuzzRecon: whatever is sent to a member's project, the answer is never our fault, and a refusal is a problem.
func FuzzRecon(f *testing.F) {
	h := newHouse(f)
	analyst, reviewer, _ := h.financiers(f)
	project := h.project(f, analyst, reviewer)
	var sources List[ReconSource]
	h.signedIn(f, analyst).get("/recon/projects/" + project.ID + "/sources").want(http.StatusOK).into(&sources)
	session, err := h.accounts.SignIn(f.Context(), analyst.Email, password, account.Client{})
	if err != nil {
		f.Fatal(err)
	}
	handler := h.handler()
	at, source := "/recon/projects/"+project.ID, "/recon/sources/"+sources.Items[0].ID
	targets := []struct{ method, path string }{
		{"POST", "/recon/projects"}, {"PUT", at}, {"PUT", at + "/members"}, {"POST", at + "/sources"}, {"PUT", source}, {"PUT", source + "/mapping"}, {"POST", source + "/uploads"},
		{"POST", at + "/rulesets"}, {"POST", "/recon/rulesets/check"}, {"POST", at + "/rulesets/test"}, {"POST", at + "/runs"}, {"POST", at + "/decisions"},
		{"POST", at + "/periods/2026-09/prepare"}, {"POST", at + "/periods/2026-09/reopen"}, {"POST", at + "/webhooks"}, {"POST", source + "/files"}, {"PUT", "/recon/uploads/" + project.ID + "/0"},
	}
	for i, seed := range []string{`{"name":"x"}`, `{"name":"x","version":1,"settings":{"escalate_after_days":1,"escalate_above_minor":0,"run_on_new_data":true,"run_daily_at":"02:00","reason_codes":["\u0000"],"accept_suggested":1e308}}`,
		`{"email":"reviewer@example.test","role":"viewer"}`, `{"name":"x","kind":"query","query":"SELECT 1","database":"x"}`, `{"name":"\u202e"}`, `{"mapping":{"amount":{"role":"amount","written":"…"}}}`,
		`{"file_name":"../../x","bytes":9223372036854775807}`, `{"yaml":"version: 1\nauto: true\n"}`, `{"yaml":"&a [*a]"}`, `{"yaml":"a: b: c","sample":1}`, `{"full":true,"ruleset":-7}`,
		`{"action":"match","keys":["a","a"],"reason":"x"}`, `{"note":"x"}`, `{"reason":""}`, `{"url":"https://[::1]/","events":["x"]}`, `null`, `[`} {
		f.Add(uint8(i), "application/json", []byte(seed))
	}
	f.Add(uint8(15), "multipart/form-data; boundary=x", []byte("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\na;b\n1;2\n\r\n--x--\r\n"))
	f.Fuzz(func(t *testing.T, at uint8, contentType string, body []byte) {
		target := targets[int(at)%len(targets)]
		checkFuzzed(t, h.direct(handler, session, target.method, prefix+target.path, contentType, body), target.path)
	})
}

// TestAWebhookIsSentAsDocumentedAndSigned lets a program hear of a run and checks what it hears as the document says.
func TestAWebhookIsSentAsDocumentedAndSigned(t *testing.T) {
	h := newHouse(t)
	h.working(t)
	analyst, reviewer, _ := h.financiers(t)
	project := h.project(t, analyst, reviewer)
	c := h.signedIn(t, analyst)
	type told struct {
		header http.Header
		body   []byte
	}
	heard := make(chan told, 10)
	program := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		heard <- told{r.Header, body}
	}))
	defer program.Close()
	var hook NewReconHook
	c.post("/recon/projects/"+project.ID+"/webhooks", map[string]any{"url": program.URL}).want(http.StatusCreated).into(&hook)
	h.finished(t, c, project.ID)

	var document struct {
		Webhooks map[string]struct {
			Post openOperation
		}
	}
	if err := json.Unmarshal(h.visitor(t).get("/api/openapi.json").body, &document); err != nil {
		t.Fatal(err)
	}
	schemas, _ := readDocument(t, h)
	events := map[string]string{}
	for range 2 {
		var got told
		select {
		case got = <-heard:
		case <-within(t).Done():
			t.Fatalf("heard of %v only", events)
		}
		event := got.header.Get("Khadamat-Event")
		if document.Webhooks[event].Post.OperationID != "webhook-"+event {
			t.Errorf("%q is not documented", event)
		}
		var message struct {
			ID, Event, Project string
			Data               any
		}
		if err := json.Unmarshal(got.body, &message); err != nil || message.Event != event || message.Project != project.ID || message.ID != got.header.Get("Khadamat-Delivery") {
			t.Errorf("%s: %s, %v", event, got.body, err)
		}
		schemas.compare(t, event, message.Data, openSchema{Ref: map[string]string{"run.finished": "#/components/schemas/ReconRunEnded", "break.found": "#/components/schemas/ReconBreaksFound"}[event]})
		second, signature, _ := strings.Cut(strings.TrimPrefix(got.header.Get("Khadamat-Signature"), "t="), ",v1=")
		mac := hmac.New(sha256.New, []byte(hook.Secret))
		mac.Write([]byte(second + "." + string(got.body)))
		if hex.EncodeToString(mac.Sum(nil)) != signature {
			t.Errorf("%s is signed %s", event, got.header.Get("Khadamat-Signature"))
		}
		events[event] = message.ID
	}
	var deliveries List[ReconDelivery]
	c.get("/recon/webhooks/" + hook.ID + "/deliveries").want(http.StatusOK).into(&deliveries)
	if len(deliveries.Items) != 2 {
		t.Fatalf("deliveries %+v", deliveries.Items)
	}
	c.post("/recon/deliveries/"+deliveries.Items[0].ID+"/replay", nil).want(http.StatusCreated)
	select {
	case again := <-heard:
		if again.header.Get("Khadamat-Delivery") != deliveries.Items[0].ID || string(again.body) != deliveries.Items[0].Body {
			t.Errorf("sent again: %v %s", again.header, again.body)
		}
	case <-within(t).Done():
		t.Fatal("nothing was sent again")
	}
}
