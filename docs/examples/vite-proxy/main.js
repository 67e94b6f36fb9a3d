const response = await fetch('/v5/assessments');
const list = await response.json();
const assessments = Array.isArray(list) ? list : list.items;
document.getElementById('assessments').append(
  ...assessments.map(({ id, workflow_state: state }) => Object.assign(document.createElement('li'), { textContent: `${id}: ${state}` })),
);
