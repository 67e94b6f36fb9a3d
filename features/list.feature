Feature: List assessments
  The list is where an ID is looked up.

  @LST-01 @core
  Scenario: The list contains an existing assessment
    Given an assessment known by its ID
    Then the list contains it

  @LST-02 @derived
  Scenario: The items of the list equal what reading them returns
    Given the list of assessments
    Then its items equal what reading them returns

  @LST-03 @derived
  Scenario: The list shows a cancelled assessment as Cancelled
    Given an assessment that was cancelled
    Then the list shows it as "Cancelled"
