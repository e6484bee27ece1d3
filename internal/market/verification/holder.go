package verification

import (
	"context"
	"time"

	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

type exported struct {
	Status      Status             `json:"status"`
	Reason      string             `json:"reason,omitempty"`
	SubmittedAt time.Time          `json:"submitted_at,omitzero"`
	DecidedAt   time.Time          `json:"decided_at,omitzero"`
	Documents   []exportedDocument `json:"documents"`
}

type exportedDocument struct {
	Kind       Kind      `json:"kind"`
	Name       string    `json:"name"`
	MediaType  string    `json:"media_type"`
	Bytes      int64     `json:"bytes"`
	UploadedAt time.Time `json:"uploaded_at"`
}

// Export returns what a person has sent, without the files' content, which they can download on the page of their documents.
func (s *Service) Export(ctx context.Context, accountID string) (string, any, error) {
	found, err := find(ctx, s.config.DB, "account_id = $1", accountID)
	if errs.CodeOf(err) == errs.NotFound {
		return "verification", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	data := exported{Status: found.Status, Reason: found.Reason, SubmittedAt: found.SubmittedAt, DecidedAt: found.DecidedAt, Documents: []exportedDocument{}}
	for _, d := range found.Documents {
		data.Documents = append(data.Documents, exportedDocument{Kind: d.Kind, Name: d.Name, MediaType: d.MediaType, Bytes: d.Bytes, UploadedAt: d.UploadedAt})
	}
	return "verification", data, nil
}

// Erase forgets the person's documents, content and all.
func (s *Service) Erase(ctx context.Context, tx *db.Tx, accountID string) error {
	found, err := find(ctx, tx, "account_id = $1", accountID)
	if errs.CodeOf(err) == errs.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	for _, d := range found.Documents {
		s.deleteLater(ctx, tx, d)
	}
	return forget(ctx, tx, found.ProviderID)
}
