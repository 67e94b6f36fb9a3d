package store

import (
	"fmt"
	"time"

	"example.com/assay/mockserver/internal/domain"
)

// Origin is an assessment that a store begins with. The function returns it as
// it is when the store begins at the time: an assessment that is seven minutes
// old then has another date in every store.
type Origin struct {
	ID string
	At func(start time.Time) domain.Assessment
}

// Image is what stores begin with. It never changes, so any number of stores
// share one, and beginning from it takes no longer if it holds more.
type Image struct {
	origins []Origin
	byID    map[string]int
}

// NewImage returns an image of the assessments. An ID that stands there twice is
// an error.
func NewImage(origins []Origin) (*Image, error) {
	image := &Image{origins: origins, byID: make(map[string]int, len(origins))}
	for i, o := range origins {
		if _, taken := image.byID[o.ID]; taken {
			return nil, fmt.Errorf("expected assessments with IDs of their own, got %s twice", o.ID)
		}
		image.byID[o.ID] = i
	}
	return image, nil
}

// ImageOf returns an image of assessments whose times are fixed.
func ImageOf(assessments []domain.Assessment) (*Image, error) {
	origins := make([]Origin, len(assessments))
	for i, a := range assessments {
		origins[i] = Origin{ID: a.ID, At: func(time.Time) domain.Assessment { return a }}
	}
	return NewImage(origins)
}

// Len returns how many assessments there are.
func (image *Image) Len() int { return len(image.origins) }

// Beginning is how a store begins.
type Beginning struct {
	Image       *Image // nil: empty
	Institution string // ID of the owner, whatever the image says; empty: the image's
	Created     uint64 // how many creations are counted already
	Most        int    // how many assessments the store takes; 0: any number
}
