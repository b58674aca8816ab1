/** Name and value pairs of a request, in order; a name may come twice. */
export type Parameters = readonly (readonly [name: string, value: string])[];
