package api

import (
	"net/http"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/institution"
	"example.com/assay/mockserver/internal/store"
	"example.com/assay/openapi"
)

func getAssessment(rc *requestContext) (contract.Certified, error) {
	item, err := rc.state.Assessments.Get(rc.id("assessment_id"), rc.readOptions())
	if err != nil {
		return contract.Certified{}, err
	}
	return rc.operation.RespondItem(http.StatusOK, item)
}

func listAssessments(rc *requestContext) (contract.Certified, error) {
	r := store.Range{Order: rc.settings.ListOrder(true), Whole: rc.settings.ListOrder(false)}
	return rc.respondList(r, func(r store.Range) (store.Part, error) { return rc.state.Assessments.List(r, rc.readOptions()) })
}

func cancelWorkflow(rc *requestContext) (contract.Certified, error) {
	if _, err := rc.apply(institution.Change{Kind: institution.Cancel, Assessment: rc.id("assessment_id")}); err != nil {
		return contract.Certified{}, err
	}
	return rc.operation.RespondNoContent(http.StatusNoContent)
}

func createAssessment(rc *requestContext) (contract.Certified, error) {
	draft := institution.Draft{Entity: rc.field("entity_id"), Template: rc.field("template_id")}
	var mismatches []contract.Mismatch
	if _, _, known := rc.state.Entities.Get(draft.Entity); !known {
		mismatches = append(mismatches, rc.unknownReference("entity"))
	}
	if _, _, known := rc.state.Templates.Get(draft.Template); !known {
		mismatches = append(mismatches, rc.unknownReference("template"))
	}
	if len(mismatches) > 0 {
		return contract.Certified{}, &breach{kind: domain.Unprocessable, mismatches: mismatches, body: rc.body}
	}
	created, err := rc.apply(institution.Change{Kind: institution.Create, Draft: draft})
	if err != nil {
		return contract.Certified{}, err
	}
	return rc.operation.RespondItem(rc.settings.CreateStatus(), created.Item)
}

// unknownReference returns the mismatch of a field of the body that refers to no
// resource of the institution.
func (rc *requestContext) unknownReference(resource string) contract.Mismatch {
	field, expected := resource+"_id", "the ID of a known "+resource
	for _, op := range openapi.Operations() {
		if op.Resource == resource && op.Effect == openapi.Lists {
			expected += ", as " + op.Method + " " + op.Path + " lists them"
		}
	}
	pointer := "/" + field
	return contract.Mismatch{In: "body", Pointer: pointer, Expected: expected, Got: rc.field(field), Contract: rc.operation.BodyPointer(pointer)}
}
