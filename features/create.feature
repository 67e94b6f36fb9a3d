Feature: Create an assessment
  An entity and a template make an assessment, whose workflow starts at once.

  Rule: An entity and a template are enough

    @CRT-01 @documented
    Scenario: Creating an assessment returns its record
      When an assessment is created
      Then the response is a success
      And the response is the record of a new assessment

    @CRT-01 @documented
    Scenario: A new assessment can be read at once
      When an assessment is created
      Then it can be read at once

    @CRT-02 @documented
    Scenario: Two new assessments have their own IDs and workflows
      Given a new assessment
      And another new assessment
      Then the two have IDs and workflows of their own

    @CRT-02 @documented
    Scenario: The workflow of a new assessment has started
      Given a new assessment
      Then its workflow state is one of "Active, Error"

  Rule: Both are required

    @CRT-03 @documented
    Scenario Outline: Without <field>, nothing is created
      When an assessment is created without <field>
      Then every response status is a client error
      And nothing was created

      Examples:
        | field       |
        | entity_id   |
        | template_id |
        | both        |
