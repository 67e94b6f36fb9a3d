// Package conformance checks whether a deployment of the assessments API does
// what its public guides promise. It asks over HTTP only, and knows nothing of
// how the deployment is made.
//
// [Run] needs a [Target], which says where the deployment is and what may be
// used of it, and [Options], which say how to go about it. It returns a report,
// whatever was found; an error says that the run was asked for wrongly.
//
// Nothing is created or cancelled unless Options.AllowCancel says so, and then
// only what the run has created itself or what Target.AssessmentIDs names.
package conformance
