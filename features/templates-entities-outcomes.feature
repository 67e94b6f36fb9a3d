Feature: Look up templates, entities and outcomes
  An assessment refers to a template, an entity and an outcome.

  Rule: Templates are listed

    @TPL-01 @documented
    Scenario: The templates are listed with their IDs
      When the templates are listed
      Then the response status is 200
      And every item has an ID

    @TPL-01 @documented
    Scenario: A listed template is accepted for a new assessment
      When assessments are created from listed templates
      Then every response is a success

  Rule: Entities are listed

    @ENT-01 @documented
    Scenario: The entities are listed with their IDs
      When the entities are listed
      Then the response status is 200
      And every item has an ID

    @ENT-01 @documented
    Scenario: A listed entity is accepted for a new assessment
      When assessments are created for listed entities
      Then every response is a success

  Rule: Outcomes have names

    @OUT-01 @documented
    Scenario: The outcome of an existing assessment has a name
      Given an assessment that has an outcome
      When its outcome is looked up
      Then the response status is 200
      And the outcome has a name

    @OUT-01 @documented
    Scenario: The outcome of a cancelled assessment has a name
      Given a cancelled assessment
      When its outcome is looked up
      Then the response status is 200
      And the outcome has a name
