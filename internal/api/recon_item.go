package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"khadamat/internal/market/schedule"
	"khadamat/internal/platform/errs"
	"khadamat/internal/recon/phrase"
	"khadamat/internal/recon/result"
	"khadamat/internal/recon/workspace"
)

// ReconItem is a row of the review queue: a match, or a record that is open.
type ReconItem struct {
	ID         string     `json:"id" doc:"The same over runs"`
	Kind       string     `json:"kind" doc:"Of a match: one_to_one, one_to_many, many_to_one, many_to_many, offset, break; empty for an open record"`
	Status     string     `json:"status" enum:"open,suggested,break,matched,settled,pending,escalated,signed_off"`
	Side       *int       `json:"side" doc:"Of an open record; null: a match"`
	Date       *string    `json:"date" format:"date" doc:"null: none"`
	Amount     *Money     `json:"amount,omitempty" doc:"left out: none"`
	Difference *Money     `json:"difference,omitempty" doc:"Left less right; left out: none"`
	Days       int        `json:"days" doc:"From the earliest record to the latest"`
	Text       string     `json:"text" doc:"Who and what"`
	RecordID   string     `json:"record_id" doc:"The first record's own reference; may be empty"`
	Members    int        `json:"members" doc:"Records"`
	Pass       string     `json:"pass"`
	Confidence float64    `json:"confidence" doc:"0 to 1"`
	Cause      string     `json:"cause" doc:"Of a break: fee, swapped_digits, rounding, exchange_rate, date_shift, other; empty else"`
	Reason     string     `json:"reason" doc:"Why it is open (no_candidate, ambiguous, taken, too_different), or the code that a person gave"`
	AgeDays    int        `json:"age_days"`
	Assignee   string     `json:"assignee" doc:"The account; empty: nobody"`
	Comments   int        `json:"comments"`
	By         string     `json:"by" doc:"The account that decided last; empty: the machine"`
	Locked     *ReconLock `json:"locked,omitempty" doc:"Who is settling it just now; left out: nobody"`
}

// ReconLock says who is settling an item, and until when if they do not say so again.
type ReconLock struct {
	AccountID string `json:"account_id"`
	Name      string `json:"name"`
	Until     Time   `json:"until"`
}

// ReconItems is a stretch of the queue.
type ReconItems struct {
	Items  []ReconItem `json:"items"`
	Total  int         `json:"total" doc:"That the filter chooses"`
	Offset int         `json:"offset"`
	Counts ReconCounts `json:"counts" doc:"Of all items by status, whatever the filter"`
	Seq    int64       `json:"seq" doc:"Of the last decision counted in: send it with your own"`
}

// ReconCounts are how many items have each status.
type ReconCounts struct {
	Open      int `json:"open"`
	Suggested int `json:"suggested"`
	Break     int `json:"break"`
	Matched   int `json:"matched"`
	Settled   int `json:"settled"`
	Pending   int `json:"pending"`
	Escalated int `json:"escalated"`
	SignedOff int `json:"signed_off"`
}

// ReconItemIDs are the items that a filter chooses.
type ReconItemIDs struct {
	Items []string `json:"items" doc:"100,000 at most"`
}

// ReconDetail is all about one item.
type ReconDetail struct {
	ReconItem
	Records []ReconRecord   `json:"records"`
	Parts   []ReconPart     `json:"parts" doc:"The evidence, the prior first: bits for or against"`
	Nearest []ReconNearest  `json:"nearest" doc:"Candidates of an open record, the best first"`
	History []ReconDecision `json:"history"`
	Thread  []ReconComment  `json:"thread"`
	Actions []string        `json:"actions" doc:"What you may do now"`
	Period  string          `json:"period" doc:"The month that it belongs to; empty without a date" example:"2026-10"`
}

// ReconPart is what one field adds to the belief in a match.
type ReconPart struct {
	Field   string  `json:"field" doc:"A column, or two joined by ↔"`
	Finding string  `json:"finding" doc:"What was compared and found, in the reader's language"`
	Sign    string  `json:"sign" doc:"The same for programs" example:"-3 d"`
	Weight  float64 `json:"weight" doc:"Bits: the base 2 logarithm of the likelihood ratio"`
}

// ReconRecord is a record with all its values.
type ReconRecord struct {
	Key     string       `json:"key" doc:"The same over versions: of its side and its content"`
	Side    int          `json:"side"`
	Row     int          `json:"row" doc:"The data row in its file, from 1"`
	ID      string       `json:"id" doc:"Its own reference; may be empty"`
	Date    *string      `json:"date" format:"date" doc:"null: none"`
	Amount  *Money       `json:"amount,omitempty" doc:"left out: none"`
	Text    string       `json:"text"`
	Values  []ReconValue `json:"values" doc:"In the order of the file"`
	Version string       `json:"version" doc:"The id of the version that it came with"`
}

// ReconValue is one column of a record.
type ReconValue struct {
	Column string `json:"column"`
	Role   string `json:"role"`
	Value  string `json:"value"`
	Differ bool   `json:"differs" doc:"From its partner's"`
}

// ReconNearest is a record that could be the partner of an open one.
type ReconNearest struct {
	ReconRecord
	ItemID     string  `json:"item_id"`
	Confidence float64 `json:"confidence"`
	Difference *Money  `json:"difference,omitempty"`
	Days       int     `json:"days"`
	Apart      string  `json:"apart" doc:"What keeps them apart, in the reader's language"`
	Taken      bool    `json:"taken" doc:"It is matched elsewhere"`
}

// ReconFound is a record with where it belongs.
type ReconFound struct {
	ReconRecord
	ItemID string `json:"item_id"`
	Status string `json:"status"`
}

// ReconDecision is what a person did; it never changes.
type ReconDecision struct {
	ID     string   `json:"id"`
	Action string   `json:"action"`
	Items  []string `json:"items"`
	By     string   `json:"by"`
	Name   string   `json:"name"`
	At     Time     `json:"at"`
	Reason string   `json:"reason"`
	Note   string   `json:"note"`
	Amount *Money   `json:"amount,omitempty" doc:"Written off; left out: nothing"`
}

// ReconComment is a word about an item.
type ReconComment struct {
	ID   string `json:"id"`
	By   string `json:"by"`
	Name string `json:"name"`
	At   Time   `json:"at"`
	Text string `json:"text"`
}

// ReconAct is what a person does with items.
type ReconAct struct {
	Action   string   `json:"action" enum:"accept,reject,match,unmatch,assign,comment,explain,write_off,approve,refuse,undo" doc:"accept and reject: of suggestions; undo: makes what was accepted or written off what it was before; match: of records, by keys; explain: gives a reason, which settles a break; approve and refuse: of what another person wrote off"`
	Items    []string `json:"items,omitempty" maxItems:"20000" doc:"Ids; all or none of them are done. Not for match"`
	Keys     []string `json:"keys,omitempty" maxItems:"1000" doc:"Of records, for match"`
	Reason   string   `json:"reason,omitempty" doc:"A reason code: for explain and write_off, and for match where the sums differ"`
	Note     string   `json:"note,omitempty" doc:"The words of a comment; why, with everything else"`
	Assignee string   `json:"assignee,omitempty" doc:"An account, for assign; empty: nobody"`
	Seq      int64    `json:"seq,omitempty" minimum:"0" doc:"Of the list that you have read: an item that was decided on since is a conflict. Left out: whatever there is"`
}

// ReconDecided is what an act did.
type ReconDecided struct {
	Seq   int64       `json:"seq" doc:"Of the decision"`
	Count int         `json:"count" doc:"Of items that it was about"`
	Items []ReconItem `json:"items" doc:"As they are now, with those that came of it; 500 at most"`
	Gone  []string    `json:"gone" doc:"Items that are no more; 500 at most"`
}

// ReconItemFilter are the questions that choose items.
type ReconItemFilter struct {
	ID         string      `path:"id"`
	Status     string      `query:"status" doc:"One or several, by commas: open, suggested, break, matched, settled, pending, escalated, signed_off" example:"open,break"`
	Kind       string      `query:"kind" doc:"One or several, by commas: one_to_one, one_to_many, many_to_one, many_to_many, offset, break"`
	Side       wholeNumber `query:"side" doc:"Open records of this side, from 0"`
	Pass       string      `query:"pass" doc:"Matches of this pass"`
	Cause      string      `query:"cause" doc:"Breaks with this cause"`
	Reason     string      `query:"reason"  doc:"Why it is open, or the code that was given"`
	Assignee   string      `query:"assignee" doc:"An account, or none"`
	Text       string      `query:"q" doc:"In the text and the references of records"`
	MinAmount  wholeNumber `query:"min_amount" doc:"Minor units, without the sign"`
	MaxAmount  wholeNumber `query:"max_amount" doc:"Minor units, without the sign"`
	From       string      `query:"from" doc:"A day" example:"2026-10-01"`
	To         string      `query:"to" doc:"A day, which is part of it" example:"2026-10-31"`
	MinAgeDays int         `query:"min_age_days" doc:"Open for so many days at least"`
	Currency   string      `query:"currency" doc:"ISO 4217" example:"MAD"`
}

type (
	reconItemsInput struct {
		ReconItemFilter
		Sort   string `query:"sort" doc:"urgency (as where it is left out: what waits for a person first, then the largest), amount and difference (the largest first), date (the earliest), confidence (the lowest), age (the oldest); a minus before it turns it round" example:"amount"`
		Offset int    `query:"offset" doc:"How many to pass over"`
		Limit  int    `query:"limit" doc:"1 to 500" default:"50"`
	}
	ReconItemPath struct {
		ID   string `path:"id"`
		Item string `path:"item"`
	}
	reconCandidatesInput struct {
		ReconItemPath
		Text string `query:"q" doc:"Words to look for beside what the run found"`
	}
	reconRecordsInput struct {
		ID    string      `path:"id"`
		Side  int         `query:"side" doc:"From 0" required:"true"`
		Text  string      `query:"q" doc:"In the text and the reference"`
		Min   wholeNumber `query:"min_amount" doc:"Minor units, with the sign"`
		Max   wholeNumber `query:"max_amount" doc:"Minor units, with the sign"`
		Open  yesNo       `query:"open" doc:"Only records that are not matched"`
		Limit int         `query:"limit" doc:"1 to 200" default:"50"`
	}
	reconActInput struct {
		ID   string `path:"id"`
		Body ReconAct
	}
)

func (a *api) addReconItems() {
	op := operationsOf(tagRecon)
	add(a, forMe, op("list-recon-items", http.MethodGet, "/recon/projects/{id}/items", "The review queue", "Matches and open records of the last finished run, with all decisions.", 403, 422), a.reconItems)
	add(a, forMe, op("list-recon-item-ids", http.MethodGet, "/recon/projects/{id}/item-ids", "Ids of items", "All that a filter chooses, to decide on them at once.", 403, 422), a.reconItemIDs)
	add(a, forMe, op("get-recon-item", http.MethodGet, "/recon/projects/{id}/items/{item}", "An item", "Its records, why they were matched, what was done with it, and what you may do.", 403, 410), a.reconItem)
	add(a, forMe, op("list-recon-candidates", http.MethodGet, "/recon/projects/{id}/items/{item}/candidates", "Possible partners", "Of an open record, the best first.", 403, 410, 422), a.reconCandidates)
	add(a, forMe, op("lock-recon-item", http.MethodPut, "/recon/projects/{id}/items/{item}/lock", "Keep others off an item", "For 30 seconds; again to renew it. 409 names who holds it.", 409, 410), a.lockReconItem)
	add(a, forMe, op("unlock-recon-item", http.MethodDelete, "/recon/projects/{id}/items/{item}/lock", "Let go of an item", "Of others' locks it leaves all as it is.", 403), a.unlockReconItem)
	add(a, forMe, op("search-recon-records", http.MethodGet, "/recon/projects/{id}/records", "Search records", "Of one side, to match by hand.", 403, 422), a.reconRecords)
	add(a, forMe, broad(op("decide-recon-items", http.MethodPost, "/recon/projects/{id}/decisions", "Decide",
		"All of it or none. 409 where an item is no more, was decided on since, is held by another person, or lies in a period that is signed off; 403 for approving your own.", 409)), a.decideReconItems)
}

// filter takes the questions as the domain asks them.
func (in *ReconItemFilter) filter() (workspace.Filter, error) {
	var fields errs.Fields
	f := workspace.Filter{Statuses: listed[workspace.Status](in.Status), Kinds: listed[result.Kind](in.Kind), Pass: in.Pass, Cause: in.Cause, Reason: in.Reason,
		Assignee: in.Assignee, Text: in.Text, MinAmount: in.MinAmount.choice(), MaxAmount: in.MaxAmount.choice(), MinAgeDays: in.MinAgeDays, Currency: in.Currency,
		From: parseDay(&fields, "from", in.From), To: parseDay(&fields, "to", in.To)}
	if !f.To.IsZero() {
		f.To = f.To.AddDate(0, 0, 1)
	}
	if side := in.Side.choice(); side != nil {
		fields.Check(*side >= 0 && *side < result.MostSides, "side", "recon_api.side")
		n := int(*side)
		f.Side = &n
	}
	oneOf(&fields, "status", f.Statuses, workspace.StatusOpen, workspace.StatusSuggested, workspace.StatusBreak, workspace.StatusMatched, workspace.StatusSettled,
		workspace.StatusPending, workspace.StatusEscalated, workspace.StatusReconciled)
	oneOf(&fields, "kind", f.Kinds, result.OneToOne, result.OneToMany, result.ManyToOne, result.ManyToMany, result.Offset, result.Break)
	return f, fields.Err()
}

// parseDay reads a day as its first instant by UTC, which is how records have it; empty is the zero time.
func parseDay(fields *errs.Fields, name, value string) time.Time {
	if value == "" {
		return time.Time{}
	}
	day, err := schedule.ParseDate(value)
	if err != nil {
		fields.Add(name, "api.not_date", nil)
		return time.Time{}
	}
	return day.In(time.UTC)
}

func (a *api) reconItems(ctx context.Context, c *call, in *reconItemsInput) (*answer[ReconItems], error) {
	var fields errs.Fields
	order := workspace.Sort(in.Sort)
	oneOf(&fields, "sort", listed[workspace.Sort](strings.TrimPrefix(in.Sort, "-")), workspace.ByUrgency, workspace.ByDate, workspace.ByAmount, workspace.ByDifference, workspace.ByConfidence, workspace.ByAge)
	fields.Check(in.Offset >= 0, "offset", "recon_api.offset")
	checkLimit(&fields, in.Limit, 500)
	if err := fields.Err(); err != nil {
		return nil, err
	}
	filter, err := in.filter()
	if err != nil {
		return nil, err
	}
	page, err := a.Recon.Items(ctx, c.actor, in.ID, filter, order, in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	n := page.Counts
	wire := ReconItems{Items: listOf(page.Items, reconItemOf).Items, Total: page.Total, Offset: page.Offset, Seq: page.Seq, Counts: ReconCounts{Open: n[workspace.StatusOpen],
		Suggested: n[workspace.StatusSuggested], Break: n[workspace.StatusBreak], Matched: n[workspace.StatusMatched], Settled: n[workspace.StatusSettled],
		Pending: n[workspace.StatusPending], Escalated: n[workspace.StatusEscalated], SignedOff: n[workspace.StatusReconciled]}}
	return reply(wire), nil
}

func checkLimit(fields *errs.Fields, limit, most int) {
	if limit < 1 || limit > most {
		fields.Add("limit", "recon_api.limit", errs.Args{"Max": most})
	}
}

func (a *api) reconItemIDs(ctx context.Context, c *call, in *ReconItemFilter) (*answer[ReconItemIDs], error) {
	filter, err := in.filter()
	if err != nil {
		return nil, err
	}
	ids, err := a.Recon.ItemIDs(ctx, c.actor, in.ID, filter)
	if err != nil {
		return nil, err
	}
	return reply(ReconItemIDs{Items: notNull(ids)}), nil
}

func (in *ReconItemPath) known() error {
	if !itemForm.MatchString(in.Item) {
		return errs.New(errs.NotFound, "error.not_found")
	}
	return knownForm(in.ID)
}

func (a *api) reconItem(ctx context.Context, c *call, in *ReconItemPath) (*answer[ReconDetail], error) {
	if err := in.known(); err != nil {
		return nil, err
	}
	d, err := a.Recon.Item(ctx, c.actor, in.ID, in.Item, c.language)
	if err != nil {
		return nil, err
	}
	return reply(ReconDetail{ReconItem: reconItemOf(d.Item), Records: listOf(d.Records, reconRecordOf).Items, Nearest: listOf(d.Nearest, reconNearestOf).Items, Period: d.PeriodOf,
		Parts: listOf(d.Parts, func(p result.Part) ReconPart {
			return ReconPart{Field: phrase.Field(c.language, p.Field), Finding: phrase.Finding(c.language, p.Finding), Sign: p.Finding, Weight: p.Weight}
		}).Items,
		History: listOf(d.History, func(h workspace.Decision) ReconDecision {
			return ReconDecision{ID: h.ID, Action: string(h.Action), Items: notNull(h.Items), By: h.By, Name: h.Name, At: timeOf(h.At), Reason: h.Reason, Note: h.Note, Amount: reconMoney(h.Amount)}
		}).Items,
		Thread: listOf(d.Thread, func(c workspace.Comment) ReconComment {
			return ReconComment{ID: c.ID, By: c.By, Name: c.Name, At: timeOf(c.At), Text: c.Text}
		}).Items,
		Actions: listOf(d.Actions, func(a workspace.Action) string { return string(a) }).Items}), nil
}

func (a *api) reconCandidates(ctx context.Context, c *call, in *reconCandidatesInput) (*answer[List[ReconNearest]], error) {
	if err := in.known(); err != nil {
		return nil, err
	}
	candidates, err := a.Recon.Candidates(ctx, c.actor, in.ID, in.Item, in.Text, c.language)
	if err != nil {
		return nil, err
	}
	return reply(listOf(candidates, reconNearestOf)), nil
}

func (a *api) lockReconItem(ctx context.Context, c *call, in *ReconItemPath) (*answer[ReconLock], error) {
	if err := in.known(); err != nil {
		return nil, err
	}
	lock, err := a.Recon.Lock(ctx, c.actor, in.ID, in.Item)
	if err != nil {
		return nil, err
	}
	return reply(ReconLock{AccountID: lock.AccountID, Name: lock.Name, Until: timeOf(lock.Until)}), nil
}

func (a *api) unlockReconItem(ctx context.Context, c *call, in *ReconItemPath) (*struct{}, error) {
	if err := in.known(); err != nil {
		return nil, err
	}
	return nil, a.Recon.Unlock(ctx, c.actor, in.ID, in.Item)
}

func (a *api) reconRecords(ctx context.Context, c *call, in *reconRecordsInput) (*answer[List[ReconFound]], error) {
	var fields errs.Fields
	fields.Check(in.Side >= 0 && in.Side < result.MostSides, "side", "recon_api.side")
	checkLimit(&fields, in.Limit, 200)
	if err := fields.Err(); err != nil {
		return nil, err
	}
	open := in.Open.choice()
	found, err := a.Recon.SearchRecords(ctx, c.actor, in.ID, workspace.RecordSearch{Side: in.Side, Text: in.Text, Min: in.Min.choice(), Max: in.Max.choice(), Open: open != nil && *open, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	return reply(listOf(found, func(f workspace.FoundRecord) ReconFound {
		return ReconFound{ReconRecord: reconRecordOf(f.Record), ItemID: f.ItemID, Status: string(f.Status)}
	})), nil
}

func (a *api) decideReconItems(ctx context.Context, c *call, in *reconActInput) (*answer[ReconDecided], error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	b := in.Body
	done, err := a.Recon.Decide(ctx, c.actor, in.ID, workspace.Act{Action: workspace.Action(b.Action), Items: b.Items, Keys: b.Keys, Reason: b.Reason, Note: b.Note, Assignee: b.Assignee, Seq: b.Seq})
	if err != nil {
		return nil, err
	}
	return reply(ReconDecided{Seq: done.Seq, Count: done.Count, Items: listOf(done.Items, reconItemOf).Items, Gone: notNull(done.Gone)}), nil
}

func reconItemOf(i workspace.Item) ReconItem {
	wire := ReconItem{ID: i.ID, Kind: string(i.Kind), Status: string(i.Status), Date: dateOrNull(i.Date), Amount: reconMoney(i.Amount), Difference: reconMoney(i.Difference),
		Days: i.Days, Text: i.Text, RecordID: i.RecordID, Members: i.Members, Pass: i.Pass, Confidence: i.Confidence, Cause: i.Cause, Reason: i.Reason, AgeDays: i.AgeDays,
		Assignee: i.Assignee, Comments: i.Comments, By: i.By}
	if i.Side >= 0 {
		wire.Side, wire.Kind = &i.Side, ""
	}
	if i.Locked != nil {
		wire.Locked = &ReconLock{AccountID: i.Locked.AccountID, Name: i.Locked.Name, Until: timeOf(i.Locked.Until)}
	}
	return wire
}

func reconRecordOf(r workspace.Record) ReconRecord {
	return ReconRecord{Key: r.Key, Side: r.Side, Row: r.Row, ID: r.ID, Date: dateOrNull(r.Date), Amount: reconMoney(r.Amount), Text: r.Text, Version: r.Version,
		Values: listOf(r.Values, func(v workspace.Value) ReconValue {
			return ReconValue{Column: v.Column, Role: string(v.Role), Value: v.Value, Differ: v.Differ}
		}).Items}
}

func reconNearestOf(n workspace.Nearest) ReconNearest {
	return ReconNearest{ReconRecord: reconRecordOf(n.Record), ItemID: n.ItemID, Confidence: n.Confidence, Difference: reconMoney(n.Difference), Days: n.Days, Apart: n.Apart, Taken: n.Taken}
}

// dateOrNull is the day of a record.
func dateOrNull(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	written := t.Format(time.DateOnly)
	return &written
}
