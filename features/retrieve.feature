Feature: Retrieve an assessment
  An assessment is read by its ID, with the state of its workflow and its errors.

  Rule: An existing assessment can be read

    @GET-01 @documented
    Scenario: An existing assessment has the documented fields
      Given an existing assessment
      When it is read
      Then the response status is 200
      And it has the documented fields

    @GET-03 @documented
    Scenario: The workflow state is one of three
      Given an existing assessment
      When it is read
      Then its workflow state is one of "Active, Cancelled, Error"

  Rule: The error fields explain the state Error

    @GET-04 @documented
    Scenario: An assessment in Error explains it
      Given an assessment in state "Error"
      Then its error fields explain it

    @GET-04 @documented
    Scenario: An active assessment has no error
      Given an assessment in state "Active"
      Then its error fields are null

  Rule: An unknown assessment cannot be read

    @GET-02 @core
    Scenario: Reading an unknown ID is answered with 404
      Given an ID that no assessment has
      When it is read
      Then the response status is 404
      And the same call for an existing assessment is answered otherwise

    @GET-02 @core
    Scenario: Reading an ID one digit off is answered with 404
      Given an ID one digit off an existing one
      When it is read
      Then the response status is 404
      And the same call for an existing assessment is answered otherwise
