/** Words that differ from house to house; a sentence takes them from here. */

interface ClientTerms {
  client: string;
  clients: string;
  Client: string;
  Clients: string;
}

interface CollectionTerms {
  collection: string;
  collections: string;
  Collection: string;
  Collections: string;
}

export type Terms = ClientTerms & CollectionTerms;

export const TERMS = {
  clients: { client: "client", clients: "clients", Client: "Client", Clients: "Clients" },
  businessUnits: {
    client: "business unit",
    clients: "business units",
    Client: "Business unit",
    Clients: "Business units",
  },
  collections: {
    collection: "collection",
    collections: "collections",
    Collection: "Collection",
    Collections: "Collections",
  },
  sharedFolders: {
    collection: "shared folder",
    collections: "shared folders",
    Collection: "Shared folder",
    Collections: "Shared folders",
  },
} satisfies Record<string, ClientTerms | CollectionTerms>;
