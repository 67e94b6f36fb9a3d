Feature: List assessments
  The list is where an ID is looked up.

  @LST-01 @core
  Scenario: The list contains existing assessments
    Given assessments known by their IDs
    Then the list contains them

  @LST-01 @core
  Scenario: The list contains them when it is read in small pages
    Given assessments known by their IDs
    Then the list contains them when it is read in small pages

  @LST-02 @derived
  Scenario: The items of the list equal what reading them returns
    Given the list of assessments
    Then its items equal what reading them returns

  @LST-03 @derived
  Scenario: The list shows a cancelled assessment as Cancelled
    Given a cancelled assessment
    Then the list shows it as "Cancelled"
