import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './contract.js';

export type Assessment = components['schemas']['Assessment'];

// assessmentsAPI is a client of the contract: paths, parameters and bodies are checked by the compiler.
export function assessmentsAPI(baseUrl: string, apikey: string): Client<paths> {
  return createClient<paths>({ baseUrl, headers: { apikey } });
}

// Refused is what the API answers when it does not do what it was asked to.
export class Refused extends Error {
  constructor(what: string, readonly status: number) {
    super(`${what}: ${status}`);
  }
}

export async function getAssessment(api: Client<paths>, id: string): Promise<Assessment> {
  const { data, response } = await api.GET('/assessments/{assessment_id}', { params: { path: { assessment_id: id } } });
  if (!data) throw new Refused('get the assessment', response.status);
  return data;
}

// cancel stops the workflow of an assessment, and returns the assessment as it is then.
export async function cancel(api: Client<paths>, id: string): Promise<Assessment> {
  const { response } = await api.POST('/assessments/{assessment_id}/cancel-workflow', { params: { path: { assessment_id: id } } });
  if (!response.ok) throw new Refused('cancel the workflow', response.status);
  return getAssessment(api, id);
}
