Feature: Cancel the workflow of an assessment
  One call ends the one workflow of an assessment. The assessment keeps its data,
  and no step runs any more.

  Rule: An active workflow can be cancelled by its assessment's ID alone

    @CAN-01 @core
    Scenario: Cancelling an active workflow is answered with 204
      Given an active assessment
      When its workflow is cancelled
      Then the response status is 204

    @CAN-02 @core
    Scenario: The answer to a cancel has no body
      Given an active assessment
      When its workflow is cancelled, and the connection read to its end
      Then the response is a success
      And the response has no body

    @CAN-03 @core
    Scenario: A cancel needs no body and no content type
      Given an active assessment
      When its workflow is cancelled with nothing but the key
      Then the response is a success

  Rule: A cancelled assessment reads as Cancelled, and keeps its data

    @CAN-04 @core
    Scenario: A cancelled assessment reads as Cancelled
      Given a cancelled assessment
      Then its workflow state becomes "Cancelled"

    @CAN-04 @core
    Scenario: A second cancelled assessment reads as Cancelled too
      Given a cancelled assessment
      And another cancelled assessment
      Then the other one's workflow state becomes "Cancelled"

    @CAN-05 @core
    Scenario: A cancelled assessment keeps its data
      Given a cancelled assessment
      Then every field reads as before except "workflow_state, outcome_id, status_id"

    @CAN-06 @core
    Scenario: A cancelled assessment has its template's canceled outcome
      Given a cancelled assessment
      Then its outcome is the canceled outcome of its template

    @CAN-07 @core
    Scenario: No step of a cancelled workflow runs any more
      Given a cancelled assessment
      Then it does not change while it is watched

    @CAN-09 @derived
    Scenario: A cancel leaves the other assessments of the entity alone
      Given an active assessment
      And another active assessment of the same entity and template
      When its workflow is cancelled
      Then the response is a success
      And the other one stays active while it is watched

    @CAN-10 @derived
    Scenario: A cancelled assessment stays readable and stays in the list
      Given a cancelled assessment
      Then it can be read
      And the list contains it

  Rule: An unknown assessment cannot be cancelled

    @CAN-08 @core
    Scenario: Cancelling an unknown ID is answered with 404
      Given an ID that no assessment has
      When its workflow is cancelled
      Then the response status is 404
      And the same call for an existing assessment is answered otherwise

    @CAN-08 @core
    Scenario: Cancelling an ID one digit off is answered with 404
      Given an ID one digit off an existing one
      When its workflow is cancelled
      Then the response status is 404
      And the same call for an existing assessment is answered otherwise

  Rule: A cancel is final

    @CAN-11 @derived
    Scenario: Cancelling again does not bring an assessment back
      Given a cancelled assessment
      When its workflow is cancelled again
      Then its state and outcome stay as they are

    @CAN-12 @derived
    Scenario: Concurrent cancels and reads are linearizable
      Given an active assessment
      When many clients cancel and read it at once
      Then their history is linearizable
