import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

const root = document.getElementById("execution-root");
if (root) createRoot(root).render(<StrictMode />);
