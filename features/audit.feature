Feature: Audit
  The audit export tells what happened in the institution of the key.

  @AUD-01 @derived
  Scenario: A cancel leaves an audit event
    Given an active assessment
    And the audit events about it
    When its workflow is cancelled
    Then the audit export has more events about it

  @AUD-02 @derived
  Scenario: Another institution's events are not exported
    Given an assessment of another institution
    Then only its own institution exports events about it
