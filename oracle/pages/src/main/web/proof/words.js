import { addWords } from "../common/words.js";

addWords({
  en: {
    "proof.node": "JSON-RPC address of a node you trust",
    "proof.consortium": "Address of the network's Consortium",
    "proof.checking": "Checking …",
    "proof.wrong": "NOT proven.",
    "proof.number": "{name}: shown is {shown}, proven is {proven}",
    "proof.node.unreached":
      "That node cannot be asked from here ({message}). It must let pages of {origin} ask (CORS), and be reached by https, or on this machine.",
    "proof.node.refused": "That node refused: {message}.",
    "proof.node.strange": "That node gave an answer that is none: {message}.",
  },
  de: {
    "proof.node": "JSON-RPC-Adresse eines Knotens Ihres Vertrauens",
    "proof.consortium": "Adresse des Consortiums des Netzes",
    "proof.checking": "Wird geprüft …",
    "proof.wrong": "NICHT bewiesen.",
    "proof.number": "{name}: gezeigt ist {shown}, bewiesen ist {proven}",
    "proof.node.unreached":
      "Dieser Knoten ist von hier nicht zu fragen ({message}). Er muss Seiten von {origin} fragen lassen (CORS) und über https oder auf diesem Rechner erreichbar sein.",
    "proof.node.refused": "Dieser Knoten hat abgelehnt: {message}.",
    "proof.node.strange": "Dieser Knoten hat etwas geantwortet, das keine Antwort ist: {message}.",
  },
});
