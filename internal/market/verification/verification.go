// Package verification is how a provider becomes a verified one: the documents they send, who may look at them, and what an operator
// decides. What being verified means on the market is the catalog's.
package verification

import (
	"slices"
	"time"

	"khadamat/internal/platform/errs"
)

// Status says how far a submission has come.
type Status string

// The closed set of statuses. None leads to submitted; submitted to approved, rejected or back to none; rejected to submitted again.
const (
	None      Status = "none"
	Submitted Status = "submitted"
	Approved  Status = "approved"
	Rejected  Status = "rejected"
)

// Kind says what a document shows.
type Kind string

// The closed set of kinds.
const (
	IdentityFront Kind = "identity_front"
	IdentityBack  Kind = "identity_back"
	Trade         Kind = "trade"     // a diploma, a card of the trade, or that of an auto-entrepreneur
	Insurance     Kind = "insurance" // optional
)

// Kinds are all kinds in the order in which they are asked for; Required are those without which nothing can be submitted.
var (
	Kinds    = []Kind{IdentityFront, IdentityBack, Trade, Insurance}
	Required = []Kind{IdentityFront, IdentityBack, Trade}
)

// Document is a file that a provider sent. Its content is read through Service.Open.
type Document struct {
	ID         string
	ProviderID string
	Kind       Kind
	Name       string // what the file was called, for people to read
	MediaType  string // application/pdf, image/jpeg or image/png, by its content
	Bytes      int64
	UploadedAt time.Time

	sha256 string
}

// FileName is a harmless name to save the document under.
func (d Document) FileName() string { return string(d.Kind) + extensions[d.MediaType] }

// Submission is what one provider has sent, and what was decided on it. One that was never begun has the status None and no documents.
type Submission struct {
	ProviderID   string
	AccountID    string
	ProviderName string
	Status       Status
	Reason       string // an operator's words; only where it was rejected
	SubmittedAt  time.Time
	DecidedAt    time.Time
	DecidedBy    string // an operator's account
	Documents    []Document
}

// Document returns the document of a kind, and whether there is one.
func (s *Submission) Document(kind Kind) (Document, bool) {
	at := slices.IndexFunc(s.Documents, func(d Document) bool { return d.Kind == kind })
	if at < 0 {
		return Document{}, false
	}
	return s.Documents[at], true
}

// Missing are the required kinds that were not sent yet.
func (s *Submission) Missing() []Kind {
	return slices.DeleteFunc(slices.Clone(Required), func(kind Kind) bool {
		_, sent := s.Document(kind)
		return sent
	})
}

// Editable returns nil while documents can be added and taken away, else why not.
func (s *Submission) Editable() error {
	switch s.Status {
	case Submitted:
		return errs.New(errs.Conflict, "verification.being_checked")
	case Approved:
		return errs.New(errs.Conflict, "verification.already_approved")
	}
	return nil
}

func (s *Submission) submit(now time.Time) error {
	if err := s.Editable(); err != nil {
		return err
	}
	var fields errs.Fields
	for _, kind := range s.Missing() {
		fields.Add(string(kind), "verification.document_missing", nil)
	}
	if err := fields.Err(); err != nil {
		return err
	}
	s.Status, s.Reason, s.SubmittedAt, s.DecidedAt, s.DecidedBy = Submitted, "", now, time.Time{}, ""
	return nil
}

// takeBack makes a submission that nobody has decided on editable again.
func (s *Submission) takeBack() error {
	if s.Status != Submitted {
		return errs.New(errs.Conflict, "verification.not_waiting")
	}
	s.Status, s.SubmittedAt = None, time.Time{}
	return nil
}

func (s *Submission) decide(status Status, by, reason string, now time.Time) error {
	if s.Status != Submitted {
		return errs.New(errs.Conflict, "verification.not_waiting")
	}
	s.Status, s.Reason, s.DecidedAt, s.DecidedBy = status, reason, now, by
	return nil
}
