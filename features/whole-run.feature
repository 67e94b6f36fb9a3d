Feature: The whole run
  Some requirements hold for every response. They are checked last, over all
  exchanges of the run.

  Background:
    Given everything that was seen in this run

  @GET-01 @documented
  Scenario: Every assessment seen in the whole run had the documented fields
    Then every assessment had the documented fields

  @GET-03 @documented
  Scenario: Every workflow state seen in the whole run is one of three
    Then every workflow state was one of "Active, Cancelled, Error"

  @CAN-05 @core
  Scenario: No cancel changed the identity of an assessment in the whole run
    Then no cancel changed the identity of an assessment

  @CAN-12 @derived
  Scenario: No assessment was seen as anything else after it was seen as Cancelled
    Then no assessment came back from "Cancelled"

  @AUT-06 @derived
  Scenario: No assessment was seen by two institutions in the whole run
    Then no assessment was seen by two institutions

  @GET-01 @documented
  Scenario: Every body in the whole run is one JSON value
    Then every body was one JSON value

  @LST-01 @core
  Scenario: The list contains everything that the whole run created
    Then the list contains everything that this run created
